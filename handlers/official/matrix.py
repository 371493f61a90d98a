"""Printer of the permissions page, `docs/permissions.md`: role × command × how the ticket lies, from the table of
permissions.
"""

from __future__ import annotations

from handlers.directory.directory import Role
from handlers.official import permissions
from handlers.official.command import Spec
from handlers.official.permissions import Relation
from handlers.official.spec import SPEC
from handlers.official.wording import ROLES

RELATIONS: dict[Relation, tuple[str, str]] = {
    Relation.OWN: ("本", "在本单位桌上"),
    Relation.BELOW: ("下", "在下属单位（任意一级）"),
    Relation.CO: ("协", "请本单位协办"),
    Relation.SERVED: ("辖", "在派单台服务的范围里，看的人在派单台"),
    Relation.ELSEWHERE: ("他", "在别的单位"),
    Relation.ACCUSED: ("避", "反映的就是本单位或它的上级（回避）"),
}
"""One character for a cell, and what it means."""

_INTRO = """# 谁可以对哪件工单做什么

角色 × 命令 × 工单和本单位的关系。程序按同一张表判断（`handlers/official/permissions.py`），关系由 `relation` 一处决定。
✓＝可以，—＝不能，·＝和工单无关的命令，不分关系。

| 关系 | 意思 |
|---|---|
"""

_RULES = """
- 派单员、督办员、管理员只到得了本单位和它的下级；目录指定的派单台（常挂在县政府下面）服务它上级单位的整棵子树。
- 列出来的关系只取最近的一个。「避」压过其他：被反映的单位和它的下级，不论什么角色，看不到、办不了、也收不到。
- 和工单无关的命令（·）里，热点、统计、整改也只列本单位到得了的。
- 转办：派单台可以转给任何单位（出县要确认）；别的派单员、管理员只能转给本单位和下级；承办人、领导只能转给下级。
  转办、协办、裁定、合并、撤销都不能把工单交到被反映的单位和它的下级。
"""


def page() -> str:
    """Returns the page in Markdown: one table for each role, commands down, relations across."""
    lines = [f"| {sign} {where.value} | {words} |" for where, (sign, words) in RELATIONS.items()]
    parts = [_INTRO + "\n".join(lines) + "\n" + _RULES]
    parts += [_table(role) for role in permissions.ROLE_ORDER]
    return "\n".join(parts)


def cell(role: Role, row: Spec, where: Relation) -> str:
    """Returns whether the role may give the command there, as the table's sign."""
    if not row.about_ticket:
        allowed = permissions.may(role, row.verb, where)
        return "·" if allowed else "—"
    return "✓" if permissions.may(role, row.verb, where) else "—"


def _table(role: Role) -> str:
    head = "| 命令 | " + " | ".join(sign for sign, _ in RELATIONS.values()) + " |"
    rows = [f"| {row.verb} | " + " | ".join(cell(role, row, where) for where in RELATIONS) + " |" for row in SPEC]
    return "\n".join((f"## {ROLES[role]}（{role.value}）\n", head, "|---" * (len(RELATIONS) + 1) + "|", *rows, ""))
