"""Commands of those above: 裁定 (whose a ticket is) and 撤牌 (take back a card)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from handlers.directory.directory import Directory, Role, Staff
from handlers.errors import Refused
from handlers.notifications import recipients
from handlers.official import wording
from handlers.official.changing import TicketChange, changes, ticket_and_history
from handlers.official.command import (
    HOTLINE_RULES,
    NUMBER,
    UNIT,
    WUHU_CARDS,
    Argument,
    Asks,
    Group,
    Slot,
    Spec,
    TicketCommand,
)
from handlers.official.scene import Scene, Unclear, find_unit
from handlers.official.wording import case, line
from handlers.pushes import Choice
from handlers.tickets.events import Event, clock, desks
from handlers.tickets.events.clock import CardColour
from handlers.tickets.ticket import Ticket
from handlers.tracking.checkpoints import counting


class Settle(TicketCommand, frozen=True):
    """裁定: whose it is, after it was returned again and again."""

    name: ClassVar[str] = "裁定"
    unit: str
    reason: str


NOTHING_TO_RULE = "没有执行：这件没有等着裁定，请直接转办。"
NOT_THE_DISPATCHER = "没有执行：裁定要定一个承办单位，不能再放回派单台。"
DISPATCHER_RULES = "没有执行：没有能联系上的督办员，这件由派单台裁定。"


def _settle(command: Settle, ticket: Ticket, scene: Scene) -> desks.Ruled:
    if ticket.chase.rule_by is None:
        raise Refused(NOTHING_TO_RULE)
    _check_arbiter(ticket, scene)
    unit = find_unit(scene, command.unit, f"裁定 {ticket.number} {{unit}} {command.reason}")
    if unit.id == scene.directory.dispatch_id:
        raise Refused(NOT_THE_DISPATCHER)
    scene.check_may_have(ticket, unit)
    return desks.Ruled(unit.id, command.reason)


def _check_arbiter(ticket: Ticket, scene: Scene) -> None:
    """A supervisor above the units that would not have it, or above the desk it lies on; where nobody of that kind can
    be reached, the dispatcher.
    """
    directory = scene.directory
    units = disputing(scene.found.history.get(ticket.id, ()))
    arbiters = arbiters_of(ticket, units, scene)
    roles = scene.roles
    if Role.ADMIN in roles or scene.staff.id in arbiters:
        return
    if not arbiters and Role.DISPATCHER in roles:
        return
    if arbiters:
        raise Refused(not_the_arbiter([directory.staff[staff_id] for staff_id in arbiters], directory))
    raise Refused(DISPATCHER_RULES)


def disputing(history: Sequence[Event]) -> tuple[str, ...]:
    """The units that returned it, each once."""
    units = (event.actor.unit_id for event in counting(history) if isinstance(event.what, desks.Returned))
    return tuple(dict.fromkeys(unit for unit in units if unit is not None))


def arbiters_of(ticket: Ticket, units: Sequence[str], scene: Scene) -> tuple[int, ...]:
    """Staff ids of the supervisors who may rule: those who are told of it, and those above all units in dispute."""
    directory = scene.directory
    told = set(recipients.supervisors(directory, ticket.unit_id, scene.now))
    return tuple(
        member.id
        for member in directory.staff.values()
        if member.person_id is not None
        and (
            member.person_id in told
            or (
                member.role is Role.SUPERVISOR
                and bool(units)
                and all(unit != member.unit_id and directory.within(unit, member.unit_id) for unit in units)
            )
        )
    )


def not_the_arbiter(arbiters: Sequence[Staff], directory: Directory) -> str:
    """裁定 by somebody else; who it is for."""
    return f"没有执行：这件由{wording.people(arbiters, directory)}裁定。"


def _ask_settle(what: desks.Ruled, ticket: Ticket, scene: Scene) -> str:
    to = scene.directory.name(what.unit_id)
    return f"要裁定 {case(ticket)}归{to}办吗？{line('理由', what.reason)}\n裁定后不能再退回。"


SETTLE = changes(
    Spec(
        Settle,
        Group.SUPERVISE,
        (NUMBER, UNIT, Argument("reason", Slot.TEXT, "理由")),
        "多次退回的，由督办员定归谁办；裁定后不能再退回",
        "裁定 {number} 城管局 路灯按三定方案由城管养护",
        HOTLINE_RULES,
        ("裁定给", "裁定归", "裁定由", "裁决", "判定", "定归属"),
        Asks.ALWAYS,
    ),
    TicketChange[Settle, desks.Ruled](
        desks.Ruled,
        _settle,
        lambda what, ticket, scene: f"已裁定 {case(ticket)}归{scene.directory.name(what.unit_id)}办，不能再退回。",
        _ask_settle,
    ),
    ticket_and_history,
)


class Uncard(TicketCommand, frozen=True):
    """撤牌: takes back a yellow or red card."""

    name: ClassVar[str] = "撤牌"
    colour: str | None
    """黄牌 or 红牌. None for the only card there is."""

    reason: str


COLOURS = {"黄牌": CardColour.YELLOW, "红牌": CardColour.RED}
NO_CARD = "没有执行：这件现在没有牌。"
WHICH_CARD = "黄牌和红牌都在，要撤哪一张？"
NO_SUCH_CARD = "没有执行：这件没有这张牌，或已经撤下了。"


def live_cards(ticket: Ticket) -> tuple[CardColour, ...]:
    """The cards of this round that nobody took back."""
    given = {CardColour.YELLOW: ticket.cards.yellow_at, CardColour.RED: ticket.cards.red_at}
    return tuple(colour for colour, at in given.items() if at is not None and colour not in ticket.cards.withdrawn)


def _card(colour: str | None, reason: str, ticket: Ticket) -> CardColour:
    live = live_cards(ticket)
    if not live:
        raise Refused(NO_CARD)
    if colour is None and len(live) > 1:
        taps = tuple(Choice(words, f"撤牌 {ticket.number} {words} {reason}") for words in COLOURS)
        raise Unclear(WHICH_CARD, taps)
    wanted = live[0] if colour is None else COLOURS[colour]
    if wanted not in live:
        raise Refused(NO_SUCH_CARD)
    return wanted


def _ask_uncard(what: clock.Uncarded, ticket: Ticket, _scene: Scene) -> str:
    colour = clock.COLOURS[what.colour]
    return f"要撤下 {case(ticket)}的{colour}吗？{line('原因', what.reason)}\n原因市民看得到。"


UNCARD = changes(
    Spec(
        Uncard,
        Group.SUPERVISE,
        (NUMBER, Argument("colour", Slot.COLOUR, "黄牌或红牌", required=False), Argument("reason", Slot.TEXT, "原因")),
        "撤下亮错的牌，原因市民看得到",
        "撤牌 {number} 黄牌 台风停工期间不应计时",
        WUHU_CARDS,
        ("撤卡", "摘牌", "撤下"),
        Asks.ALWAYS,
    ),
    TicketChange[Uncard, clock.Uncarded](
        clock.Uncarded,
        lambda command, ticket, scene: clock.Uncarded(_card(command.colour, command.reason, ticket), command.reason),
        lambda what, ticket, scene: f"已撤下 {case(ticket)}的{clock.COLOURS[what.colour]}，原因市民看得到。",
        _ask_uncard,
    ),
)

RULING = (SETTLE, UNCARD)
