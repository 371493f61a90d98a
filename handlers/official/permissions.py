"""Who may do what: one table of role × command × how the ticket lies to the official's unit.

Source: issue 2, "permissions by role and unit from one table". A command without a ticket is in `FREE`. What may happen
to a ticket in its state is another matter (`tickets/states.py`).
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from handlers.directory import accused, jurisdiction
from handlers.directory.directory import Directory, Role, Staff, Unit
from handlers.errors import Refused
from handlers.official.commands.row import Spec
from handlers.official.commands.types import (
    Accept,
    Ask,
    Bind,
    CallBack,
    Cancel,
    Close,
    CoHandle,
    ComeBack,
    Command,
    Confirm,
    Contest,
    Extend,
    Fulfil,
    Help,
    Hot,
    Judge,
    Merge,
    More,
    Note,
    OnSite,
    Rank,
    Reclassify,
    Refuse,
    Reply,
    Respond,
    Return,
    SendAnyway,
    Settle,
    Show,
    Stats,
    Supervise,
    TakeLeave,
    Todo,
    Transfer,
    Unbind,
    Uncard,
    Undo,
    Why,
)
from handlers.official.rectification.types import (
    Cover,
    Drop,
    Establish,
    Items,
    Plan,
    Postpone,
    Progress,
    SendBack,
    SignOff,
    Submit,
)
from handlers.official.spec import BY_COMMAND, SPEC
from handlers.official.wording import ROLES
from handlers.tickets.ticket import Ticket


class Relation(StrEnum):
    """How a ticket lies to an official's unit.

    `SERVED`: in the area that the dispatch unit serves, seen from the dispatch unit. `ACCUSED`: the ticket accuses the
    official's unit or one above it; no role may do anything there.
    """

    OWN = "own"
    BELOW = "below"
    CO = "co"
    SERVED = "served"
    ELSEWHERE = "elsewhere"
    ACCUSED = "accused"


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
_TABLE: dict[type[Command], tuple[frozenset[Relation], ...]] = {
    Show: (_NEAR, _AREA, _AREA, _NEAR, _AREA),
    Why: (_NEAR, _AREA, _AREA, _NEAR, _AREA),
    Note: (_HELPING, _AREA, _AREA, _NEAR, _AREA),
    OnSite: (_HELPING, _DESK, _NOWHERE, _HELPING, _AREA),
    Accept: (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    Ask: (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    Extend: (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    Reply: (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    Close: (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    Return: (_DESK, _DESK, _NOWHERE, _DESK, _AREA),
    Reclassify: (_DESK, _AREA, _NOWHERE, _DESK, _AREA),
    CoHandle: (_DESK, _AREA, _NOWHERE, _DOWN, _AREA),
    Transfer: (_DESK, _AREA, _NOWHERE, _DOWN, _AREA),
    Refuse: (_NOWHERE, _AREA, _NOWHERE, _NOWHERE, _AREA),
    Merge: (_NOWHERE, _AREA, _NOWHERE, _NOWHERE, _AREA),
    Supervise: (_NOWHERE, _NOWHERE, _AREA, _DOWN, _AREA),
    Respond: (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    Fulfil: (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    CallBack: (_DESK, _DESK, _DOWN, _DOWN, _AREA),
    Settle: (_NOWHERE, _DESK, _AREA, _NOWHERE, _AREA),
    Uncard: (_NOWHERE, _NOWHERE, _DOWN, _UNDER, _AREA),
    Contest: (_DESK, _DESK, _NOWHERE, _DOWN, _AREA),
    Judge: (_NOWHERE, _NOWHERE, _DOWN, _NOWHERE, _AREA),
}

ABOVE = frozenset({Role.SUPERVISOR, Role.LEADER, Role.ADMIN})
"""Who may begin a 整改 and sign it off."""
_LEAD = frozenset({Role.HANDLER, Role.DISPATCHER, Role.LEADER, Role.ADMIN})

OVERVIEW: dict[type[Command], frozenset[Role]] = {
    Hot: frozenset({Role.DISPATCHER, Role.SUPERVISOR, Role.LEADER, Role.ADMIN}),
    Establish: ABOVE,
    SignOff: ABOVE,
    SendBack: ABOVE,
    Cover: ABOVE,
    Drop: ABOVE,
    Plan: _LEAD,
    Progress: _LEAD,
    Postpone: _LEAD,
    Submit: _LEAD,
}
"""Commands about no ticket of one's own that only some roles may give. Which 整改 it may be is in `rectifying.py`."""

MAY: dict[tuple[Role, type[Command]], frozenset[Relation]] = {
    (role, command): row[column] for command, row in _TABLE.items() for column, role in enumerate(ROLE_ORDER)
}
"""Where a role may give a command; empty means nowhere."""

FREE: frozenset[type[Command]] = frozenset(
    {Bind, Unbind, Todo, More, Stats, Rank, Undo, Confirm, SendAnyway, Cancel, Help, TakeLeave, ComeBack, Items}
)
"""Commands about no ticket of others: everybody on the staff may give them (撤销 takes back only one's own)."""

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


def relation(directory: Directory, staff: Staff, ticket: Ticket) -> Relation:
    """How the ticket lies to the official's unit; the nearest relation counts when there are two.

    The one place that says whom an official reaches: chat, pages, lists and pushes ask here (`jurisdiction` has the tree).
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
    """Whether the official may read the ticket, in the chat as on a page."""
    where = relation(directory, staff, ticket)
    return any(may(role, Show, where) for role in roles)


def may_read_notice(directory: Directory, staff: Staff, unit_id: str) -> bool:
    """Whether the official may read the unit's 催办通知单: its own people, and those who reach it from above."""
    return jurisdiction.serves(directory, staff.unit_id, unit_id)


def check_may(role: Role, command: type[Command], where: Relation, holder: str = "别的单位") -> None:
    """Raise Refused, saying who could, when the role may not give the command there. `holder` names the ticket's unit."""
    if may(role, command, where):
        return
    verb = BY_COMMAND[command].verb
    if MAY.get((role, command)):
        raise Refused(f"这件现在由{holder}办理，您只能{verb}{_REACH[MAY[role, command]]}。")
    others = "、".join(ROLES[other] for other in ROLE_ORDER if _ever(other, command) and other is not Role.ADMIN)
    raise Refused(f"{verb}不在{ROLES[role]}的权限里，需要时请找{others}。")


def may(role: Role, command: type[Command], where: Relation) -> bool:
    """Whether the role may give the command there."""
    if command in OVERVIEW:
        return role in OVERVIEW[command]
    return command in FREE or where in MAY[role, command]


def _ever(role: Role, command: type[Command]) -> bool:
    """Whether the role may give the command anywhere at all."""
    return any(may(role, command, where) for where in Relation)


def known_to(*roles: Role) -> tuple[Spec, ...]:
    """The commands that one of the roles may give somewhere, in the order of the table."""
    return tuple(row for row in SPEC if any(_ever(role, row.command) for role in roles))


def check_may_send(directory: Directory, staff: Staff, to: Unit, roles: Sequence[Role] = ()) -> None:
    """Raise Refused when this official may not transfer to that unit; `roles` are those they have beside their own.

    The dispatch unit may also pass a ticket on to any unit outside its area (it is asked to confirm what leaves the county).
    """
    if not SENDS_SIDEWAYS.isdisjoint((staff.role, *roles)):
        central = staff.unit_id == directory.dispatch_id or directory.within(directory.dispatch_id, staff.unit_id)
        if central or directory.within(to.id, staff.unit_id):
            return
    elif directory.within(to.id, staff.unit_id) and to.id != staff.unit_id:
        return
    raise Refused(f"您只能转给本单位的下属单位。不归本单位办的请退回，派单台会转给{to.name}：退回 编号 原因")


def sees_personal(role: Role, where: Relation) -> bool:
    """Whether the role reads the citizen's words unmasked."""
    return where in SEES_PERSONAL[role]


_REACH = {
    _DESK: "本单位桌上的",
    _HELPING: "本单位主办或协办的",
    _DOWN: "本单位和下属单位的",
    _UNDER: "下属单位的",
    _NEAR: "本单位、下属单位和本单位协办的",
    _AREA: "本单位服务范围内的",
}
