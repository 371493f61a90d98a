"""Job that gathers hot issues (热点) from the tickets of the last weeks. One process runs it at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import hot
from handlers.calendar.zone import day_of
from handlers.hot import HotIssue
from handlers.tickets.ticket import Ticket
from nlp.appeals.personal import mask
from nlp.matching.hot import Gatherer, Issue, Report
from nlp.matching.similar import Matcher
from nlp.matching.sketch import Appeal
from nlp.understand import Reader
from storage.queries import hot_issues as store

READ = 240
"""Characters of an appeal that are searched for places and keywords."""

MOST = 5_000
"""Newest tickets that are gathered. All take seconds of one core once a day; in between only new ones are added."""


class HotIssueGatherer:
    """Gathers issues and keeps them between runs. Begins anew every day, and when a gathered ticket does not count any
    more.
    """

    def __init__(self, engine: AsyncEngine, matcher: Matcher, reader: Reader) -> None:
        self._engine = engine
        self._matcher = matcher
        self._reader = reader
        self._gatherer = Gatherer(matcher)
        self._gathered: set[int] = set()
        self._day: date | None = None

    async def refresh(self, now: datetime) -> None:
        """Add new tickets and store the ranking."""
        since = now - hot.LOOKS_BACK
        filed = [ticket async for ticket in store.filed_since(self._engine, since)]
        if any(ticket.id in self._gathered and not hot.counts(ticket) for ticket in filed):
            self._day = None
        tickets = [ticket for ticket in filed if hot.counts(ticket)][-MOST:]
        issues = await asyncio.to_thread(self._ranked, tickets, since, now)
        await store.save(self._engine, issues)

    def _ranked(self, tickets: Sequence[Ticket], since: datetime, now: datetime) -> list[HotIssue]:
        if day_of(now) != self._day:
            self._gatherer, self._gathered, self._day = Gatherer(self._matcher), set(), day_of(now)
        for ticket in tickets:
            if ticket.id not in self._gathered:
                self._gatherer.add(self._report(ticket))
                self._gathered.add(ticket.id)
        known = {ticket.id: ticket for ticket in tickets}
        ranked = (issue for issue in self._gatherer.ranked(now, since) if issue.people >= hot.FEWEST_PEOPLE)
        return [_shown(issue, known, now) for issue, _ in zip(ranked, range(hot.MOST), strict=False)]

    def _report(self, ticket: Ticket) -> Report:
        read = self._reader.understand(ticket.text[:READ])
        told = (ticket.place.text,) if ticket.place and ticket.place.text else ()
        return Report(
            id=ticket.id,
            appeal=Appeal(ticket.title, ticket.text),
            at=ticket.filed_at,
            person=str(ticket.person_id),
            places=tuple(dict.fromkeys((*told, *(place.text for place in read.places)))),
            words=read.keywords,
        )


def _shown(issue: Issue, known: Mapping[int, Ticket], now: datetime) -> HotIssue:
    tickets = [known[ticket_id] for ticket_id in issue.ids if ticket_id in known]
    return HotIssue(
        title=mask(issue.title),
        place=mask(issue.place),
        crowd=issue.crowd,
        heat=round(issue.heat, 1),
        people=issue.people,
        days=issue.days,
        votes=issue.votes,
        growth=round(issue.growth, 2),
        first=issue.first,
        last=issue.last,
        words=tuple(mask(word) for word in issue.words),
        numbers=tuple(ticket.number for ticket in tickets),
        at=now,
        units=tuple(sorted({ticket.unit_id for ticket in tickets})),
    )
