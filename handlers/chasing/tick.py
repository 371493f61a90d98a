"""One tick of the clock over a page of due tickets: takes the steps, collects the pushes, issues the documents."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from msgspec import Struct

from handlers import followers
from handlers.chasing import actions, due_steps
from handlers.chasing.actions import StepContext
from handlers.chasing.chase_notice import OpenNotices
from handlers.chasing.due_steps import DueKind
from handlers.context import Context
from handlers.notifications import digest
from handlers.notifications.digest import DigestEntry, DigestState, MergedPushes
from handlers.notifications.notify import in_turn, notices
from handlers.outcome import Outcome
from handlers.pushes import Push
from handlers.tickets.events import Event
from handlers.tickets.events.clock import Carded, ChaseNoticeIssued
from handlers.tickets.lifecycle import Change
from handlers.tickets.ticket import Ticket


class Related(Protocol):
    """Loads the tickets beside those that are due."""

    def followers(self, ids: Collection[int]) -> Sequence[Ticket]:
        """The tickets that follow these, oldest first."""

    def by_id(self, ids: Collection[int]) -> Sequence[Ticket]:
        """The tickets with these ids."""


class _Done(Struct, frozen=True):
    """What the clock did to one ticket, and to the one that it followed."""

    changes: tuple[Change, ...]
    pushes: tuple[Push, ...]
    entries: tuple[DigestEntry, ...]
    ledger: OpenNotices


class Tick:
    """Chases tickets one after the other and gathers the results. A ticket whose rule fails stays as it was.

    `hot`: numbers of tickets in hot issues. `before`: what this tick told on earlier pages. `failed`: errors of tickets
    that could not be chased, by id.
    """

    def __init__(
        self, ctx: Context, ledger: OpenNotices, hot: frozenset[str] = frozenset(), before: DigestState | None = None
    ) -> None:
        self._ctx = ctx
        self._hot = hot
        self._tickets: dict[int, Ticket] = {}
        self._events: list[Event] = []
        self._pushes: list[Push] = []
        self._entries: list[DigestEntry] = []
        self._state = before or DigestState()
        self.ledger = ledger
        self.failed: dict[int, Exception] = {}

    def current(self, ticket: Ticket) -> Ticket:
        """Returns the ticket as it stands in this tick."""
        return self._tickets.get(ticket.id, ticket)

    def chase_all(self, due: Sequence[Ticket], related: Related) -> None:
        """Chase these tickets: first those that follow none, then the others as they stand after that."""
        for ticket in due:
            if ticket.joined_to is None:
                self.chase(ticket)
        self._take_followers_along(related)
        following = [self.current(ticket) for ticket in due if ticket.joined_to is not None]
        mains = self._mains(following, related)
        for ticket in following:
            self.chase(ticket, mains.get(ticket.joined_to) if ticket.joined_to is not None else None)

    def chase(self, ticket: Ticket, main: Ticket | None = None) -> None:
        """Take every due step of the ticket. `main` is the ticket that it follows, which is told when it leaves."""
        try:
            done = self._chased(self.current(ticket), self.current(main) if main else None)
        except Exception as error:
            self.failed[ticket.id] = error
            return
        self._tickets |= {change.ticket.id: change.ticket for change in done.changes}
        self._events += [change.event for change in done.changes]
        self._pushes += done.pushes
        self._entries += done.entries
        self.ledger = done.ledger

    def _take_followers_along(self, related: Related) -> None:
        outcome = followers.with_followers(self.outcome(), related.followers, self._ctx)
        self._tickets = {ticket.id: ticket for ticket in outcome.tickets}
        self._events, self._pushes = list(outcome.events), list(outcome.pushes)

    def _mains(self, following: Sequence[Ticket], related: Related) -> Mapping[int, Ticket]:
        """Returns the tickets that these follow and will leave: only those are told."""
        now = self._ctx.now
        leaving = {
            one.joined_to
            for one in following
            if one.joined_to is not None
            and any(due.kind is DueKind.REDO and due.at <= now for due in due_steps.steps_due(one))
        }
        return {main.id: main for main in related.by_id(leaving)}

    def outcome(self) -> Outcome:
        """Returns everything so far but the pushes to officials."""
        return Outcome(tickets=tuple(self._tickets.values()), events=tuple(self._events), pushes=tuple(self._pushes))

    def told(self) -> MergedPushes:
        """Returns the pushes to officials: a few one by one, many as a summary."""
        return digest.merge(self._state, self._entries, self._ctx)

    def _chased(self, ticket: Ticket, main: Ticket | None) -> _Done:
        ctx, ledger = self._ctx, self.ledger
        tick = StepContext(
            ctx.now, ctx.terms_for(ticket.unit_id), self._hot, ledger.number_for(ticket.unit_id), ctx.directory
        )
        taken = actions.steps(ticket, tick)
        heard = actions.report_back(taken, ticket, main, ctx.now)
        if any(isinstance(change.event.what, ChaseNoticeIssued) for change in taken):
            ledger = ledger.with_line(taken[-1].ticket, ctx.directory, ctx.now)
        told = [
            (change, push)
            for change, before in (*in_turn(taken, ticket), *(in_turn(heard, main) if main else ()))
            for push in notices(ctx, change, before)
        ]
        spoken = [(digest.entry(change, push), push) for change, push in _highest(told)]
        pushes = tuple(push for entry, push in spoken if entry is None)
        entries = tuple(entry for entry, _ in spoken if entry is not None)
        return _Done((*taken, *heard), pushes, entries, ledger)


def _highest(told: list[tuple[Change, Push]]) -> list[tuple[Change, Push]]:
    """Of several steps of the ladder taken at once, a person is told of the last, which says most."""
    last = {
        push.person_id: push.id for change, push in told if isinstance(change.event.what, Carded | ChaseNoticeIssued)
    }
    return [
        (change, push)
        for change, push in told
        if not isinstance(change.event.what, Carded | ChaseNoticeIssued) or last[push.person_id] == push.id
    ]
