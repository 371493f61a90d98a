"""Base of every command of `python -m bot`: settings, exit status, and errors as one line."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from functools import wraps
from typing import ParamSpec

import typer
import uvloop

from bot.config import Settings, Unusable, read_settings
from bot.files.seed import SeedError
from bot.monitoring.logs import configure
from storage.schema.errors import DATABASE_ERRORS

Say = Callable[[str], None]

P = ParamSpec("P")

LAST_ID = 2**63 - 1
"""The largest that the database keeps."""


class NotPossible(Exception):
    """A command that cannot be carried out. The text gives the reason in one line."""


def configured() -> Settings:
    """Returns the settings. Logging follows them from then on."""
    found = read_settings()
    configure(as_json=found.log_json)
    return found


def command(work: Callable[P, Awaitable[int | None]]) -> Callable[P, None]:
    """A command that ends with an exit status, and with one line on standard error when it cannot begin."""

    @wraps(work)
    def run(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            code = uvloop.run(_whole(work(*args, **kwargs)))
        except (Unusable, SeedError, NotPossible) as error:
            sys.stderr.write(f"{error}\n")
            code = 2
        except BrokenPipeError:
            # Whoever reads what we print has read enough (`| head`): typer ends quietly then.
            raise
        except DATABASE_ERRORS as error:
            code = 2
            sys.stderr.write(f"{_broken_off(error)}\n")
        raise typer.Exit(code or 0)

    return run


def _broken_off(error: BaseException) -> str:
    """One line on an error that ended a command: never with a statement, a value or an address in it."""
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return f"DATABASE_URL: the database does not answer or is not of this program ({type(error).__name__})"


async def _whole(work: Awaitable[int | None]) -> int | None:
    return await work
