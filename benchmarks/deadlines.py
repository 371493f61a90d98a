"""Dates counted in a second: promised, extended, given back, shortened, explained; and tickets rehearsed under a policy.

One thread, processor time, made-up tickets over two announced years and six hours of offices; the best of some rounds, since
the machine may be busy with other things. The first round, in which calendars are read and sums are remembered, stands apart.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TypeVar

from msgspec.structs import replace

from handlers.calendar.office_hours import hours
from handlers.calendar.policy import FIRST, TERMS, Terms
from handlers.deadlines import deadlines
from handlers.deadlines.dry_run import as_from, rehearse
from handlers.deadlines.explain import explain
from handlers.deadlines.explain_steps import Inquiry
from handlers.directory.directory import Directory, Level, Unit
from handlers.errors import Refused
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event
from handlers.tickets.events.filing import Filed, Supplemented
from handlers.tickets.events.work import Accepted, Asked, Replied
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Promise, Ticket
from handlers.tracking.model import Audience

_BEGIN = datetime(2025, 1, 1, tzinfo=UTC)
_MINUTES = 690 * 24 * 60
_COUNT = 20_000
_ROUNDS = 5
_SEED = 7
_OFFICES = tuple(hours(f"{8 + n // 2:02}:{n % 2 * 30:02}", f"{17 + n // 2}:{n % 2 * 30:02}") for n in range(6))
_KINDS = ("咨询", "投诉", "举报", "求助", "建议", "感谢")
_DESK = Actor(By.STAFF, 1, unit_id="desk")
_CITIZEN = Actor(By.CITIZEN, 2)
_DIRECTORY = Directory((Unit("desk", "受理中心", Level.COUNTY),), (), (), "desk")

T = TypeVar("T")
Appeal = tuple[str, bool, bool, datetime, Terms]


def run() -> None:
    """Print how many of each are done in a second."""
    dice = random.Random(_SEED)
    appeals = [_appeal(dice) for _ in range(_COUNT)]
    begun = time.process_time()
    for appeal in appeals:
        _promise(appeal)
    print(f"first round, calendars read: {(time.process_time() - begun) / _COUNT * 1e6:.2f} µs a promise")
    _line("promise, any day", appeals, _promise)
    today = appeals[0][3]
    _line("promise, one day", [(kind, False, False, today, terms) for kind, _, _, _, terms in appeals], _promise)
    urgent = [(kind, True, vital, at, terms) for kind, _, vital, at, terms in appeals]
    _line("promise in hours", urgent, _promise)
    filed = [_filed(appeal) for appeal in appeals]
    tickets = [(change.ticket, appeal[4]) for change, appeal in zip(filed, appeals, strict=True)]
    _line("extend", tickets, _extend)
    _line("resume", [(replace(ticket, waiting_since=ticket.filed_at), terms) for ticket, terms in tickets], _resume)
    _line("shorten", [(replace(ticket, crowd=11), terms) for ticket, terms in tickets], _shorten)
    _line("timing", tickets, _timing)
    logs = [_log(change) for change in filed[: _COUNT // 10]]
    _line("explain (5 events)", logs, _explain)
    _line("rehearse (5 events)", logs, _rehearse)


def _line(name: str, things: Sequence[T], do: Callable[[T], object]) -> None:
    best = min(_seconds(things, do) for _ in range(_ROUNDS)) / len(things)
    print(f"{name:<20} {best * 1e6:8.2f} µs   {1 / best:>12,.0f} a second")


def _seconds(things: Sequence[T], do: Callable[[T], object]) -> float:
    begun = time.process_time()
    for thing in things:
        do(thing)
    return time.process_time() - begun


def _appeal(dice: random.Random) -> Appeal:
    at = _BEGIN + timedelta(minutes=dice.randrange(_MINUTES))
    return dice.choice(_KINDS), False, False, at, TERMS.at(dice.choice(_OFFICES))


def _promise(appeal: Appeal) -> Promise:
    kind, urgent, is_vital, at, terms = appeal
    return deadlines.promise(kind, "城乡建设", urgent, at, is_vital=is_vital, terms=terms)


def _filed(appeal: Appeal) -> Change:
    kind, urgent, _, at, _ = appeal
    filed = Filed(
        number="26000010",
        token="t",
        code="123456",
        person_id=2,
        kind=kind,
        category="城乡建设",
        subcategory=None,
        title="路灯不亮",
        text="门口的路灯不亮",
        place=None,
        urgent=urgent,
        leader=None,
        named=False,
        public=True,
        unit_id="desk",
        routed="",
        promise=_promise(appeal),
    )
    return lifecycle.start(1, filed, _CITIZEN, at)


def _extend(of: tuple[Ticket, Terms]) -> object:
    ticket, terms = of
    try:
        return deadlines.extend(ticket, 5, ticket.filed_at, terms)
    except Refused:
        return None


def _resume(of: tuple[Ticket, Terms]) -> object:
    ticket, terms = of
    return deadlines.resume(ticket, ticket.filed_at + timedelta(days=3), terms)


def _shorten(of: tuple[Ticket, Terms]) -> object:
    ticket, terms = of
    return deadlines.shorten(ticket, ticket.filed_at, terms)


def _timing(of: tuple[Ticket, Terms]) -> object:
    ticket, terms = of
    return deadlines.timing(ticket, ticket.filed_at + timedelta(days=4), terms)


def _log(first: Change) -> tuple[Ticket, tuple[Event, ...]]:
    at = first.ticket.filed_at
    changes = [first]
    for hour, what, by in (
        (2, Accepted(), _DESK),
        (20, Asked("哪一盏？"), _DESK),
        (60, None, _CITIZEN),
        (90, Replied("已经修好。"), _DESK),
    ):
        now, last = at + timedelta(hours=hour), changes[-1].ticket
        done = what or Supplemented("左边", reply_by=deadlines.resume(last, now).reply_by)
        changes.append(lifecycle.apply(last, done, by, now))
    return changes[-1].ticket, tuple(change.event for change in changes)


def _explain(of: tuple[Ticket, tuple[Event, ...]]) -> object:
    ticket, log = of
    question = Inquiry(ticket.filed_at + timedelta(days=4), Audience.CITIZEN, TERMS, _DIRECTORY.name)
    return explain(ticket, log, question)


_WOULD = Terms(as_from(replace(FIRST, wait=FIRST.urge_answer), date(2025, 1, 1)))


def _rehearse(of: tuple[Ticket, tuple[Event, ...]]) -> object:
    ticket, log = of
    return rehearse(log, ticket.filed_at + timedelta(days=30), was=TERMS, would=_WOULD, directory=_DIRECTORY)


if __name__ == "__main__":
    run()
