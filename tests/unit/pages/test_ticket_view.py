"""A page is marked as changed when a person could read something new on it, and only then."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.clock import SteppedClock
from bot.pages.context import Present
from bot.pages.ticket_view import TicketPages
from handlers.directory.person import Person
from handlers.tickets.ticket import Ticket
from handlers.tracking.model import Audience
from storage.queries.journeys import Journey, StoredFile
from tests.support import samples

LATE = samples.PROMISE.reply_by + timedelta(days=3, hours=1)


class OneTicket:
    """An archive without files."""

    async def by_token(self, token: str) -> Journey | None:
        return None

    async def by_number(self, number: str) -> Journey | None:
        return None

    async def notice(self, number: str) -> None:
        return None

    async def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        return {}

    async def person(self, person_id: int) -> Person | None:
        return None

    async def files(self, file_ids: Sequence[int]) -> dict[int, StoredFile]:
        return {}


async def mark(at: datetime) -> str:
    ticket_pages = TicketPages(OneTicket(), Present(SteppedClock(at), samples.directory))
    filed = samples.start()
    return (await ticket_pages.show(Journey(filed.ticket, (filed.event,)), Audience.CITIZEN, "/t/token")).mark


async def test_an_overdue_ticket_is_no_news_every_second() -> None:
    assert await mark(LATE) == await mark(LATE + timedelta(seconds=1))


async def test_another_day_overdue_is_news() -> None:
    assert await mark(LATE) != await mark(LATE + timedelta(days=1))
