"""Permissions: one table of role × command × how the ticket lies to the official's unit.

Commands are listed under their verbs, so that a command's own file may ask here. A command without a ticket is in
`FREE` or `OVERVIEW`. What a ticket's state allows is another matter (`tickets/states.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

from handlers.directory import accused, jurisdiction
from handlers.directory.directory import Directory, Role, Staff, Unit
from handlers.errors import Refused
from handlers.official.wording import ROLES
from handlers.tickets.ticket import Ticket


class Relation(StrEnum):
    """How a ticket lies to an official's unit."""

    OWN = "own"
    """On the desk of the official's unit."""

    BELOW = "below"
    """On the desk of a unit below."""

    CO = "co"
    """The official's unit co-handles it."""

    SERVED = "served"
    """In the area that the dispatch unit serves, seen from the dispatch unit."""

    ELSEWHERE = "elsewhere"
    ACCUSED = "accused"
    """The ticket accuses the official's unit or one above it: no role may do anything."""


_OWN, _BELOW, _CO, _SERVED, _ELSEWHERE, _ACCUSED = Relation
_NOWHERE: frozenset[Relation] = frozenset()
_DESK = frozenset({_OWN})
_HELPING = frozenset({_OWN, _CO})
_DOWN = frozenset({_OWN, _BELOW})
_UNDER = frozenset({_BELOW})
_NEAR = frozenset({_OWN, _BELOW, _CO})
_AREA = frozenset({_OWN, _BELOW, _CO, _SERVED})

ROLE_ORDER = (Role.HANDLER, Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN)

# One row per command about a ticket; columns in ROLE_ORDER.
#             handler    dispatcher supervisor leader    admin
_TABLE: dict[str, tuple[frozenset[Relation], ...]] = {
    "查看": (_NEAR, _AREA, _AREA, _NEAR, _AREA),
    "为何": (_NEAR, _AREA, _AREA, _NEAR, _AREA),
    "备注": (_HELPING, _AREA, _AREA, _NEAR, _AREA),
    "现场": (_HELPING, _DESK, _NOWHERE, _HELPING, _AREA),
    "受理": (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    "询问": (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    "延期": (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    "答复": (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    "办结": (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    "退回": (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    "改类": (_DESK, _AREA, _NOWHERE, _DESK, _AREA),
    "协办": (_DESK, _AREA, _NOWHERE, _DOWN, _AREA),
    "转办": (_DESK, _AREA, _NOWHERE, _DOWN, _AREA),
    "不予受理": (_NOWHERE, _AREA, _NOWHERE, _NOWHERE, _AREA),
    "合并": (_NOWHERE, _AREA, _NOWHERE, _NOWHERE, _AREA),
    "督办": (_NOWHERE, _NOWHERE, _AREA, _DOWN, _AREA),
    "回应": (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    "兑现": (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    "回访": (_DESK, _DESK, _DOWN, _DOWN, _AREA),
    "裁定": (_NOWHERE, _DESK, _AREA, _NOWHERE, _AREA),
    "撤牌": (_NOWHERE, _NOWHERE, _DOWN, _UNDER, _AREA),
    "申诉": (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    "评议": (_NOWHERE, _NOWHERE, _DOWN, _NOWHERE, _AREA),
}

ABOVE = frozenset({Role.SUPERVISOR, Role.LEADER, Role.ADMIN})
"""Roles that may begin a 整改 and sign it off."""

_LEAD = frozenset({Role.HANDLER, Role.DISPATCHER, Role.LEADER, Role.ADMIN})

OVERVIEW: dict[str, frozenset[Role]] = {
    "热点": frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN}),
    "立项": ABOVE,
    "验收": ABOVE,
    "退改": ABOVE,
    "纳入": ABOVE,
    "撤项": ABOVE,
    "措施": _LEAD,
    "进展": _LEAD,
    "展期": _LEAD,
    "报验": _LEAD,
}
"""Roles that may give a command about no ticket of their own. Which 整改 they may act on: `rectification/changing.py`."""

MAY: dict[tuple[Role, str], frozenset[Relation]] = {
    (role, command): row[column] for command, row in _TABLE.items() for column, role in enumerate(ROLE_ORDER)
}
"""Where a role may give a command. Empty: nowhere."""

FREE: frozenset[str] = frozenset(
    {"绑定", "解绑", "待办", "更多", "统计", "排行", "撤销", "确认", "照发", "取消", "帮助", "请假", "销假", "整改"}
)
"""Commands about nobody else's ticket, which all staff may give (撤销 takes back only one's own)."""

SENDS_SIDEWAYS = frozenset({Role.DISPATCHER, Role.ADMIN})
"""Who may transfer to any unit in the area that their own serves; the others only to units below their own."""

SEES_PERSONAL: dict[Role, frozenset[Relation]] = {
    Role.HANDLER: _DESK,
    Role.DISPATCHER: _DESK,
    Role.SUPERVISOR: _NOWHERE,
    Role.LEADER: _DESK,
    Role.ADMIN: _NOWHERE,
}
"""Who reads telephone numbers and the like in the citizen's words unmasked: only those who must reach the citizen.

Source: 个人信息保护法 第六条, the least that the purpose needs.
"""


_READING = "查看"


def relation(directory: Directory, staff: Staff, ticket: Ticket) -> Relation:
    """Returns how the ticket lies to the official's unit. Of two relations the nearest counts.

    The one place that decides whom an official reaches: chat, pages, lists and pushes ask here (`jurisdiction` has the
    tree).
    """
    if jurisdiction.barred(directory, accused.of(ticket, directory), staff.unit_id):
        return Relation.ACCUSED
    if ticket.unit_id == staff.unit_id:
        return Relation.OWN
    if directory.within(ticket.unit_id, staff.unit_id):
        return Relation.BELOW
    if staff.unit_id in ticket.co_units:
        return Relation.CO
    return Relation.SERVED if jurisdiction.serves(directory, staff.unit_id, ticket.unit_id) else Relation.ELSEWHERE


def may_read(directory: Directory, staff: Staff, ticket: Ticket, roles: Sequence[Role]) -> bool:
    """Returns whether the official may read the ticket, in chat and on pages."""
    where = relation(directory, staff, ticket)
    return any(may(role, _READING, where) for role in roles)


def may_read_notice(directory: Directory, staff: Staff, unit_id: str) -> bool:
    """Returns whether the official may read the unit's 催办通知单: its own staff, and those who reach it from above."""
    return jurisdiction.serves(directory, staff.unit_id, unit_id)


def check_may(role: Role, verb: str, where: Relation, holder: str = "别的单位") -> None:
    """Raises `Refused`, naming who may, when the role may not give the command there. `holder` names the ticket's unit."""
    if may(role, verb, where):
        return
    if MAY.get((role, verb)):
        raise Refused(f"这件现在由{holder}办理，您只能{verb}{_REACH[MAY[role, verb]]}。")
    others = "、".join(ROLES[other] for other in ROLE_ORDER if _ever(other, verb) and other is not Role.ADMIN)
    raise Refused(f"{verb}不在{ROLES[role]}的权限里，需要时请找{others}。")


def may(role: Role, verb: str, where: Relation) -> bool:
    """Returns whether the role may give the command there."""
    if verb in OVERVIEW:
        return role in OVERVIEW[verb]
    return verb in FREE or where in MAY[role, verb]


def _ever(role: Role, verb: str) -> bool:
    """Returns whether the role may give the command anywhere."""
    return any(may(role, verb, where) for where in Relation)


def knows(roles: Iterable[Role], verb: str) -> bool:
    """Returns whether one of the roles may give the command somewhere."""
    return any(_ever(role, verb) for role in roles)


def check_may_send(directory: Directory, staff: Staff, to: Unit, roles: Sequence[Role] = ()) -> None:
    """Raises `Refused` when this official may not transfer to that unit. `roles` are those they have beside their own.

    The dispatch unit may also pass a ticket to any unit outside its area (it confirms what leaves the county).
    """
    if not SENDS_SIDEWAYS.isdisjoint((staff.role, *roles)):
        central = staff.unit_id == directory.dispatch_id or directory.within(directory.dispatch_id, staff.unit_id)
        if central or directory.within(to.id, staff.unit_id):
            return
    elif directory.within(to.id, staff.unit_id) and to.id != staff.unit_id:
        return
    raise Refused(f"您只能转给本单位的下属单位。不归本单位办的请退回，派单台会转给{to.name}：退回 编号 原因")


def sees_personal(role: Role, where: Relation) -> bool:
    """Returns whether the role reads the citizen's words unmasked."""
    return where in SEES_PERSONAL[role]


_REACH = {
    _DESK: "本单位桌上的",
    _HELPING: "本单位主办或协办的",
    _DOWN: "本单位和下属单位的",
    _UNDER: "下属单位的",
    _NEAR: "本单位、下属单位和本单位协办的",
    _AREA: "本单位服务范围内的",
}
