"""What officials answer to the clock: 回应, 兑现, 回访, 裁定, 撤牌; one use case a function."""

from __future__ import annotations

from collections.abc import Sequence
from typing import assert_never

from handlers.deadlines import deadlines
from handlers.directory import jurisdiction
from handlers.directory.directory import Role
from handlers.errors import Refused
from handlers.notifications import recipients
from handlers.official import targets, wording
from handlers.official.commands import promises
from handlers.official.commands.types import CallBack, ClockCommand, Fulfil, Respond, Settle, Uncard
from handlers.official.scene import Scene, Unclear
from handlers.pushes import Choice
from handlers.tickets import events, steps
from handlers.tickets.events import Event
from handlers.tickets.steps import CardColour
from handlers.tickets.ticket import Ticket, Vow
from handlers.tracking.checkpoints import counting

COLOURS = {"黄牌": CardColour.YELLOW, "红牌": CardColour.RED}

Answer = steps.Stated | steps.VowKept | steps.CalledBack | steps.Ruled | steps.Uncarded


def happening(command: ClockCommand, ticket: Ticket, scene: Scene) -> Answer:
    """The event that the command asks for. Refused or Unclear when the words or the ticket do not make one."""
    match command:
        case Respond(text=text):
            return _stated(text, ticket, scene)
        case Fulfil(which=which, text=text):
            return _kept(which, text, ticket)
        case CallBack(text=text):
            return steps.CalledBack(text)
        case Settle(unit=words, reason=reason):
            return _ruled(words, reason, ticket, scene)
        case Uncard(colour=colour, reason=reason):
            return steps.Uncarded(_card(colour, reason, ticket), reason)
        case _:
            assert_never(command)


def returned(reason: str, ticket: Ticket, scene: Scene) -> events.Returned:
    """退回. The one that is once too often waits for an arbiter, until the date set for that."""
    terms = scene.ctx.terms_for(scene.directory.dispatch_id)
    edition = deadlines.edition(scene.now, terms)
    often = ticket.returns + 1 >= edition.returns
    rule_by = deadlines.later(scene.now, edition.ruling, terms) if often else None
    return events.Returned(_dispatch(ticket, scene), reason, rule_by)


def _dispatch(ticket: Ticket, scene: Scene) -> str:
    """The dispatch desk, or who stands in its place where the ticket accuses it. Refused where it lies there already."""
    directory, against = scene.directory, scene.accused(ticket)
    desk = directory.dispatch_id
    if jurisdiction.barred(directory, against, desk):
        desk = jurisdiction.instead(directory, against)
    if ticket.unit_id == desk:
        raise Refused(wording.RETURNED_TO_ITSELF)
    return desk


def check_returnable(ticket: Ticket, scene: Scene) -> None:
    """Raise Refused with the ruling itself where somebody has said whose it is."""
    if not ticket.chase.ruled:
        return
    history = counting(scene.found.history.get(ticket.id, ()))
    ruling = next((event for event in reversed(history) if isinstance(event.what, steps.Ruled)), None)
    if ruling is not None and isinstance(ruling.what, steps.Ruled):
        by = scene.directory.name(ruling.actor.unit_id or "")
        raise Refused(
            wording.ruled_already(ruling.at, by, scene.directory.name(ruling.what.unit_id), ruling.what.reason)
        )


def live_cards(ticket: Ticket) -> tuple[CardColour, ...]:
    """The cards of this round that nobody took back."""
    given = {CardColour.YELLOW: ticket.cards.yellow_at, CardColour.RED: ticket.cards.red_at}
    return tuple(colour for colour, at in given.items() if at is not None and colour not in ticket.cards.withdrawn)


def open_vows(ticket: Ticket) -> tuple[tuple[int, Vow], ...]:
    """What was promised and not done yet, with its place from 1."""
    return tuple((place, vow) for place, vow in enumerate(ticket.vows, 1) if vow.kept_at is None)


def _stated(text: str, ticket: Ticket, scene: Scene) -> steps.Stated:
    if not ticket.urges and ticket.crowd_urged_at is None:
        raise Refused(wording.NOT_URGED)
    return steps.Stated(text, promises.stated_by(text, ticket, scene))


def _kept(which: int | None, text: str, ticket: Ticket) -> steps.VowKept:
    waiting = open_vows(ticket)
    if not ticket.vows:
        raise Refused(wording.NO_VOWS)
    if not waiting:
        raise Refused(wording.ALL_KEPT)
    if which is None and len(waiting) > 1:
        taps = tuple(Choice(f"第{place}项", f"兑现 {ticket.number} 第{place}项 {text}") for place, _ in waiting[:3])
        raise Unclear(wording.which_vow(waiting), taps)
    place = which or waiting[0][0]
    if not 1 <= place <= len(ticket.vows):
        raise Refused(wording.no_such_vow(len(ticket.vows)))
    if ticket.vows[place - 1].kept_at is not None:
        raise Refused(wording.kept_already(place))
    return steps.VowKept(place, text)


def _ruled(words: str, reason: str, ticket: Ticket, scene: Scene) -> steps.Ruled:
    if ticket.chase.rule_by is None:
        raise Refused(wording.NOTHING_TO_RULE)
    _check_arbiter(ticket, scene)
    unit = targets.unit(scene, words, f"裁定 {ticket.number} {{unit}} {reason}")
    if unit.id == scene.directory.dispatch_id:
        raise Refused(wording.NOT_THE_DISPATCHER)
    scene.check_may_have(ticket, unit)
    return steps.Ruled(unit.id, reason)


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
        raise Refused(wording.not_the_arbiter([directory.staff[staff_id] for staff_id in arbiters], directory))
    raise Refused(wording.DISPATCHER_RULES)


def disputing(history: Sequence[Event]) -> tuple[str, ...]:
    """The units that returned it, each once."""
    units = (event.actor.unit_id for event in counting(history) if isinstance(event.what, events.Returned))
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


def _card(colour: str | None, reason: str, ticket: Ticket) -> CardColour:
    live = live_cards(ticket)
    if not live:
        raise Refused(wording.NO_CARD)
    if colour is None and len(live) > 1:
        taps = tuple(Choice(words, f"撤牌 {ticket.number} {words} {reason}") for words in COLOURS)
        raise Unclear(wording.WHICH_CARD, taps)
    wanted = live[0] if colour is None else COLOURS[colour]
    if wanted not in live:
        raise Refused(wording.NO_SUCH_CARD)
    return wanted
