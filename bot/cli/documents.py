"""`python -m bot docs`: writes the documents that are printed from code, so that they agree with it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from pydantic_core import PydanticUndefined

from bot.config import Settings
from bot.files.policy import print_policy
from handlers.calendar.policy import DEFAULT
from handlers.official import matrix
from handlers.official.manual import manual
from handlers.tickets import wording
from handlers.tickets.states import mermaid

ROOT = Path(__file__).parents[2]

_DERIVED = "<!-- 本页由 `make docs` 从代码生成，请勿手改。 -->\n\n"


def settings_page() -> str:
    """Returns the page of all settings with their defaults."""
    lines = [
        "# 设置",
        "",
        "写在环境变量里，或程序目录下的 `.env` 文件里。",
        "",
        "| 名称 | 默认值 | 说明 |",
        "|---|---|---|",
    ]
    for name, field in Settings.model_fields.items():
        default = "" if field.default is PydanticUndefined else field.default
        shown = getattr(default, "value", default)
        text = {True: "1", False: "0"}.get(shown, str(shown)) if isinstance(shown, bool) else str(shown)
        lines.append(f"| `{name.upper()}` | {f'`{text}`' if text else '（空）'} | {field.description} |")
    return "\n".join(lines) + "\n"


def states_page() -> str:
    """Returns the page with the diagram of a ticket's states."""
    return f"# 工单的一生\n\n```mermaid\n{mermaid(wording.STATES)}\n```\n"


def policy_file() -> str:
    """Returns the shipped policy as a file."""
    return print_policy(DEFAULT)


PAGES: dict[str, Callable[[], str]] = {
    "docs/officials.md": lambda: _DERIVED + manual(),
    "docs/permissions.md": lambda: _DERIVED + matrix.page(),
    "docs/states.md": lambda: _DERIVED + states_page(),
    "docs/settings.md": lambda: _DERIVED + settings_page(),
    "deploy/policy.toml": policy_file,
}
"""Makers of the documents, by path."""


def stale() -> list[str]:
    """Returns the paths of documents that differ from what the code says."""
    return [name for name, page in PAGES.items() if _read(name) != page()]


def write() -> list[str]:
    """Write those documents. Returns their paths."""
    changed = stale()
    for name in changed:
        path = ROOT / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(PAGES[name](), "utf-8")
    return changed


def _read(name: str) -> str | None:
    path = ROOT / name
    return path.read_text("utf-8") if path.exists() else None


def run(check: Annotated[bool, typer.Option("--check", help="只核对，不写")] = False) -> None:
    """Write the documents that are derived from the code, or check that they are current."""
    names = stale() if check else write()
    for name in names:
        typer.echo(f"{'过期' if check else '已更新'}：{name}")
    raise typer.Exit(1 if check and names else 0)
