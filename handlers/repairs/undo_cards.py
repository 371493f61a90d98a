"""Repair: takes back the clock's steps on tickets while the clock was wrong: cards, documents, and what followed from
them.

A step is taken back by an `Undone` event: the log keeps it, the fold leaves it out, and with it the card, the silence,
the 重办 or the end of a pause. The next tick finds what is truly due. The reason is written into the event and shown to
everybody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from handlers.chasing.chase_notice import ChaseNotice
from handlers.context import Context
from handlers.notifications import wording
from handlers.notifications.recipients import desk, heads
from handlers.pushes import Card, CardKind, Push
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.clock import (
    CardColour,
    Carded,
    ChaseNoticeIssued,
    CommitmentBroken,
    Reminded,
    Resumed,
    Uncarded,
    UrgeIgnored,
)
from handlers.tickets.events.desks import Reclassified
from handlers.tickets.events.filing import Sealed, Shown
from handlers.tickets.events.grades import Informed, RatingLapsed
from handlers.tickets.events.joining import Added, Backed, Parted
from handlers.tickets.events.work import Closed, Noted, Reopened, Undone
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Ticket
from handlers.tracking import checkpoints

REASON = "系统时钟故障"
"""The reason that everybody reads."""

SYSTEM = Actor(By.SYSTEM)

MARKS = (Carded, ChaseNoticeIssued, UrgeIgnored, CommitmentBroken, RatingLapsed)
"""Steps that only leave a mark: taken back whatever happened since."""

MOVES = (Resumed, Closed, Reopened)
"""Steps that changed the ticket's state: taken back only when nothing was built on them since."""

_BUILDS_ON_NOTHING = (Noted, Backed, Added, Parted, Informed, Shown, Sealed, Reclassified, Reminded, Undone)


class TakenBack(Struct, frozen=True):
    """What is taken back of one ticket: the changes, the steps taken back, and those left to a person."""

    before: Ticket
    changes: tuple[Change, ...]
    steps: tuple[Event, ...]
    left: tuple[Event, ...] = ()

    @property
    def after(self) -> Ticket:
        """The ticket without the steps."""
        return self.changes[-1].ticket if self.changes else self.before


def take_back(history: Sequence[Event], first: datetime, last: datetime, now: datetime) -> TakenBack:
    """Take back what the clock did to the ticket with this log from `first` until `last`, both included.

    Idempotent: what is taken back already is left out.
    """
    gone = checkpoints.undone(history)
    counting = [event for event in history if event.seq not in gone]
    wrong = [event for event in counting if event.actor.by is By.CLOCK and first <= event.at <= last]
    marks = [event for event in wrong if isinstance(event.what, MARKS)]
    marks += [taken for event in marks for taken in _taken_off(event, counting)]
    moves, left = _movable([event for event in wrong if isinstance(event.what, MOVES)], wrong, counting)
    steps = sorted({event.seq: event for event in (*marks, *moves)}.values(), key=lambda event: event.seq)
    changes = lifecycle.take_back(history, [event.seq for event in steps], SYSTEM, now, REASON)
    return TakenBack(lifecycle.fold(history), changes, tuple(steps), tuple(left))


def _movable(
    moves: Sequence[Event], wrong: Sequence[Event], counting: Sequence[Event]
) -> tuple[list[Event], list[Event]]:
    """Returns the steps that nothing was built on since, and the others."""
    clocks = {event.seq for event in wrong}
    others = (event for event in counting if event.seq not in clocks and not isinstance(event.what, _BUILDS_ON_NOTHING))
    built = max((event.seq for event in others), default=0)
    # A ticket that left the one it followed is no longer where it was: that one has gone on without it.
    free = [event for event in moves if event.seq > built and not _left_another(event, counting)]
    return free, [event for event in moves if event not in free]


def _left_another(event: Event, counting: Sequence[Event]) -> bool:
    before = [one for one in counting if one.seq < event.seq]
    return isinstance(event.what, Reopened) and lifecycle.fold_counting(before).joined_to is not None


def _taken_off(card: Event, counting: Sequence[Event]) -> Iterator[Event]:
    """Yields the 撤牌 of this card: nothing is left to take off, and the mark would prevent a rightful card."""
    if not isinstance(card.what, Carded):
        return
    for event in counting:
        if event.seq <= card.seq:
            continue
        if isinstance(event.what, Reopened):
            return
        if isinstance(event.what, Uncarded) and event.what.colour is card.what.colour:
            yield event


def mark_line(document: ChaseNotice, number: str) -> ChaseNotice:
    """Returns the 催办通知单 with a note on this ticket's line that the reminder was taken back."""
    lines = tuple(
        replace(line, done=(*line.done, f"{REASON}，已撤回")) if line.number == number else line
        for line in document.lines
    )
    return replace(document, lines=lines)


def called(what: Happening) -> str:
    """Returns the name of what was taken back, for lists."""
    match what:
        case Carded(colour=CardColour.YELLOW):
            return "黄牌"
        case Carded():
            return "红牌"
        case ChaseNoticeIssued(notice=notice):
            return notice
        case _:
            return wording.TAKEN_BACK[type(what)]


def digest(taken: Iterable[TakenBack], ctx: Context) -> tuple[Push, ...]:
    """Returns one push to everybody at these tickets' desks and to the heads of their units, naming what was taken
    back.
    """
    by_person: dict[int, list[TakenBack]] = {}
    for one in taken:
        unit_id = one.after.unit_id
        for person in dict.fromkeys((*desk(ctx.directory, unit_id, ctx.now), *heads(ctx.directory, unit_id, ctx.now))):
            by_person.setdefault(person, []).append(one)
    return tuple(_push(person, group, ctx) for person, group in by_person.items())


def _push(person_id: int, group: Sequence[TakenBack], ctx: Context) -> Push:
    lines = [(one.after.number, one.after.title, tuple(called(step.what) for step in one.steps)) for one in group]
    first = group[0].after
    card = Card(
        kind=CardKind.REMINDER,
        number=first.number,
        title=wording.card_title(first.title, len(group)),
        state="已经撤回",
        note=wording.NOT_COUNTED,
        at=ctx.now,
        path="",
        due=None,
    )
    return Push(
        ctx.fresh.id(),
        person_id,
        None,
        wording.taken_back(REASON, lines),
        card,
        staff_id=ctx.directory.staff_id(person_id),
    )
