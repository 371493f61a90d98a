"""Command 立项: opens a 整改 for the tickets of a hot issue or for given numbers, with a lead unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from msgspec.structs import replace

from handlers.directory import jurisdiction
from handlers.errors import Refused
from handlers.hot import HotIssue, HotIssues
from handlers.items import events, numbers
from handlers.items.item import Item, Origin
from handlers.items.lifecycle import start
from handlers.items.queries import LastSerial, RunningItems, known
from handlers.items.states import RUNNING
from handlers.official import views
from handlers.official.changing import wait
from handlers.official.command import UNIT, Argument, Asks, Command, Group, Slot, Spec
from handlers.official.rectification import wording
from handlers.official.rectification.changing import check_above
from handlers.official.scene import Deed, Scene, find_unit, readable_ticket
from handlers.outcome import Outcome, Reply
from handlers.queries import ByNumber, Needs
from handlers.rectification import covering, dates
from handlers.tickets import masking
from handlers.tickets.numbers import is_number
from handlers.tickets.ticket import Ticket

SOURCE = Argument("source", Slot.SOURCE, "热点几或工单编号")
LEDGER = "各地督办整改通行的台账销号制：问题、措施、责任单位、时限、验收销号"
_HOT = "热点"
BAD_GRADE = 2
"""不满意 and worse."""
SERIES = 2
"""So many badly graded tickets, and nothing else, are a series and no single case."""


class Establish(Command, frozen=True):
    """立项: opens a 整改."""

    name: ClassVar[str] = "立项"
    source: str
    """"热点2" ("热点2@26000015" for the one with this ticket), or numbers with commas between."""

    unit: str
    cause: str


def needs(source: str) -> Needs:
    """What must be loaded to know the tickets that `source` names."""
    if source.startswith(_HOT):
        return frozenset({HotIssues(), RunningItems()})
    return frozenset((RunningItems(), *(ByNumber(number) for number in source.split(",") if is_number(number))))


def issues(scene: Scene) -> tuple[HotIssue, ...]:
    """The hot issues that lie within the official's reach, the hottest first.

    Issues are gathered anew every hour: those without units were gathered by the program before, and are shown.
    """
    directory, own = scene.directory, scene.staff.unit_id
    return tuple(
        issue
        for issue in scene.found.one(HotIssues)
        if issue.units is None or any(jurisdiction.serves(directory, own, unit_id) for unit_id in issue.units)
    )


def _establish(command: Establish, scene: Scene) -> Outcome:
    """A new item, once it was confirmed."""
    scene.check_role(command.name)
    again = f"立项 {command.source} {{unit}} {command.cause}"
    unit = find_unit(scene, command.unit, again)
    check_above(unit.id, scene)
    issue, tickets = named_tickets(command.source, scene)
    if tickets is None:
        return more(command.source, issue)
    tickets = free(tickets, unit.id, scene)
    if not tickets:
        raise Refused(wording.NOTHING_TO_COVER)
    origin = Origin.HOT if issue is not None else _origin(tickets)
    people = covering.people(tickets)
    if not scene.confirmed:
        asked = wording.ask_open(len(tickets), people, unit.name, command.cause, origin)
        return wait(scene, replace(command, source=_pinned(command.source, issue)), asked)
    year = numbers.year_of(scene.now)
    serial = scene.found.get(LastSerial(year)) + 1
    opened = events.Opened(
        number=numbers.number(year, serial),
        key=numbers.key(year, serial),
        year=year,
        serial=serial,
        origin=origin,
        unit_id=unit.id,
        cause=masking.for_followers(command.cause),
        tickets=tuple(ticket.id for ticket in tickets),
        people=people,
        plan=dates.within(scene.now, dates.PLAN, scene.ctx.terms_for(unit.id)),
    )
    change = start(scene.ctx.fresh.id(), opened, scene.actor, scene.now)
    said = wording.opened(change.item, unit.name, scene.now)
    return replace(covering.of(change, tickets, scene.ctx), reply=Reply(said), talk=replace(scene.talk, order=None))


def running_for(tickets: Iterable[Ticket], items: Iterable[Item]) -> Item | None:
    """The running item that covers one of these tickets: issues are gathered anew every hour, their tickets stay."""
    numbers = {ticket.rectified for ticket in tickets}
    return next((item for item in items if item.state in RUNNING and item.number in numbers), None)


def named_tickets(source: str, scene: Scene) -> tuple[HotIssue | None, tuple[Ticket, ...] | None]:
    """The hot issue that is meant, and the tickets: None until they were loaded."""
    issue = _issue(source, scene)
    return issue, _tickets(source, issue, scene)


def more(source: str, issue: HotIssue | None) -> Outcome:
    """Asks for the tickets that are meant."""
    return Outcome(more=frozenset(map(ByNumber, _numbers(source, issue))))


def _issue(source: str, scene: Scene) -> HotIssue | None:
    """The hot issue that is meant; None where tickets were named. Refused when there is none, or it moved meanwhile."""
    if not source.startswith(_HOT):
        return None
    place, _, pinned = source.removeprefix(_HOT).partition("@")
    seen = issues(scene)
    if pinned:
        found = next((issue for issue in seen if pinned in issue.numbers), None)
        if found is None:
            raise Refused(wording.ISSUE_MOVED)
        return found
    which = int(place or 0)
    if not 1 <= which <= len(seen):
        raise Refused(views.no_such_issue(len(seen)) if seen else views.NOTHING_HOT)
    return seen[which - 1]


def _pinned(source: str, issue: HotIssue | None) -> str:
    """The source as it is remembered until it is confirmed: places of issues change every hour."""
    if issue is None or "@" in source or not issue.numbers:
        return source
    return f"{source}@{issue.numbers[0]}"


def _numbers(source: str, issue: HotIssue | None) -> frozenset[str]:
    return frozenset(issue.numbers[-covering.MOST :] if issue is not None else source.split(","))


def _tickets(source: str, issue: HotIssue | None, scene: Scene) -> tuple[Ticket, ...] | None:
    """The tickets that are meant, oldest first; None until they were loaded. Refused for a number that is none."""
    if issue is None:
        found = [readable_ticket(scene, number) for number in source.split(",")]
    elif not scene.found.again:
        return None
    else:
        found = [ticket for ticket in scene.found.by_number.values() if scene.reads(ticket)]
    return tuple(sorted(found, key=lambda ticket: ticket.id))


def free(tickets: Iterable[Ticket], unit_id: str, scene: Scene) -> tuple[Ticket, ...]:
    """Those that no running item covers and that do not accuse the lead unit."""
    taken = frozenset(one for item in known(scene.found) if item.state in RUNNING for one in item.tickets)
    return tuple(
        ticket
        for ticket in covering.countable(tickets)
        if ticket.id not in taken and not jurisdiction.barred(scene.directory, scene.accused(ticket), unit_id)
    )[: covering.MOST]


def _origin(tickets: tuple[Ticket, ...]) -> Origin:
    bad = [ticket for ticket in tickets if _graded_badly(ticket)]
    return Origin.GRADES if len(bad) == len(tickets) >= SERIES else Origin.SUPERVISOR


def _graded_badly(ticket: Ticket) -> bool:
    grades = (ticket.rating, *(each.rating for each in ticket.rounds))
    return any(grade is not None and grade <= BAD_GRADE for grade in grades)


ESTABLISH = Deed[Establish](
    Spec(
        Establish,
        Group.RECTIFY,
        (SOURCE, UNIT, Argument("cause", Slot.TEXT, "事由")),
        "把很多人反映的同一件事立为整改，由一个单位牵头；涉及的市民都会收到进展，最后请他们评价",
        "立项 热点2 城管局 滨河路路灯成片不亮",
        LEDGER,
        ("整改立项", "立为整改"),
        Asks.ALWAYS,
    ),
    lambda command, asker: needs(command.source) | {LastSerial(numbers.year_of(asker.ctx.now))},
    _establish,
)

OPENING = (ESTABLISH,)
