"""A small world for the pages: tickets kept in memory, decided by the real rules, with a clock that stands still."""

from __future__ import annotations

import asyncio
import io
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient
from msgspec.structs import replace
from PIL import Image, ImageDraw

from bot.clock import SteppedClock
from bot.ids import new_token
from bot.pages.context import Present, Site, protect
from bot.pages.keys import desk_path, notice_path
from bot.pages.routes import PageParts, Sources, add_pages
from bot.pages.seals import Sealer
from handlers import dispatch
from handlers.chasing.chase_notice import ChaseNotice
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory, Level, Role, Staff, Unit
from handlers.directory.person import Person
from handlers.items.events import ItemEvent
from handlers.items.item import Item
from handlers.items.lifecycle import fold as fold_item
from handlers.messages import Channel, Incoming, MediaKind
from handlers.official.talk import OfficialTalk
from handlers.outcome import Who
from handlers.queries import ById, Found, HistoryOf, Query
from handlers.rankings.figures import Figures
from handlers.rankings.lists import Graded, RankingLine, Which
from handlers.rankings.periods import Period
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.filing import Filed
from handlers.tickets.ticket import Attachment, Place, Promise, Ticket
from nlp.understand import Reader, load
from storage.queries.journeys import Journey, StoredFile
from storage.queues.media import FileStore
from storage.shared.rate_limits import MemoryLimiter
from storage.shared.signals import Bus, ticket_topic
from storage.transactions.messages import Answer

START = datetime(2026, 11, 23, 1, 12, tzinfo=UTC)
"""A Monday, 09:12 in China."""

DIRECTORY = Directory(
    (
        Unit("city", "青河市民服务中心", Level.CITY, phone="0550-12345"),
        Unit("lights", "市路灯管理所", Level.CITY, "city", phone="0550-301 2200"),
        Unit("roads", "市政工程处", Level.CITY, "city"),
    ),
    (Staff(7, "lights", Role.HANDLER, "周工", 71), Staff(8, "roads", Role.HANDLER, "马工", 81)),
    (),
    "city",
)
OFFICIAL = Actor(By.STAFF, 7, "周工", "lights", Channel.WECHAT)
CODE = "402718"
SECRET = "a secret of at least thirty-two characters"
Client = TestClient[web.Request, web.Application]
SITE = "http://127.0.0.1:8080"


class Judged:
    """The figures that pages are given, and what was asked for."""

    def __init__(self) -> None:
        self.units: dict[str, Figures] = {}
        self.lines: tuple[RankingLine, ...] = ()
        self.graded: tuple[Graded, ...] = ()
        self.asked: list[tuple[object, ...]] = []

    async def figures(self, unit_ids: Collection[str], period: Period, now: datetime) -> tuple[Figures, ...]:
        self.asked.append(("figures", frozenset(unit_ids), period.key))
        return tuple(self.units[unit] for unit in sorted(unit_ids) if unit in self.units)

    async def median_hours(self, unit_ids: Collection[str], period: Period) -> float | None:
        return 30.0

    async def behind(self, unit_id: str, which: Which, period: Period, now: datetime) -> tuple[RankingLine, ...]:
        self.asked.append(("behind", unit_id, which, period.key))
        return self.lines

    async def replies(self, period: Period, best: bool, phones: Mapping[str, str]) -> tuple[Graded, ...]:
        self.asked.append(("replies", best, period.key))
        return self.graded


class Items:
    """The 整改 that pages are given, by short number."""

    def __init__(self) -> None:
        self.logs: dict[str, tuple[ItemEvent, ...]] = {}

    async def listed(self) -> tuple[Item, ...]:
        return tuple(fold_item(log) for log in self.logs.values())

    async def one(self, key: str) -> tuple[Item, tuple[ItemEvent, ...]] | None:
        log = self.logs.get(key)
        return (fold_item(log), log) if log else None


class World:
    """Implements the look-ups that pages need, and takes what their buttons send."""

    def __init__(self, folder: Path) -> None:
        self.clock = SteppedClock(START)
        self.bus = Bus()
        self.store = FileStore(folder / "files")
        self.pictures = folder / "pictures"
        self.folder = folder
        self.people = {1: Person(1, Channel.WECHAT, "openid-of-somebody", START)}
        self.history: dict[int, tuple[Event, ...]] = {}
        self.known: dict[int, StoredFile] = {}
        self.received: list[Incoming] = []
        self.answers: dict[str, Answer] = {}
        self.error: Exception | None = None
        self.rankings = Judged()
        self.rectified = Items()
        self.notices: dict[str, ChaseNotice] = {}
        self.directory = DIRECTORY

    def app(
        self, *, proxies: int = 0, sandbox: bool = False, heartbeat: float = 20.0, site: str = SITE
    ) -> web.Application:
        app = web.Application()
        pages = PageParts(
            Sources(self, self.rankings, self.rectified, self.store, self.pictures),
            submit=self.submit,
            bus=self.bus,
            present=Present(self.clock, lambda: self.directory),
            site=Site(site, proxies, sandbox),
            protection=protect(SECRET, MemoryLimiter(self.clock.now)),
        )
        add_pages(app, pages, heartbeat)
        return app

    def file(
        self,
        number: str = "26000010",
        *,
        title: str = "幸福路路灯不亮",
        text: str = "幸福路 8 号到 20 号的路灯坏了三天，晚上一片黑，老人出门容易摔。我的电话 13912345678。",
        attachments: tuple[Attachment, ...] = (),
        public: bool = True,
    ) -> Ticket:
        """File a ticket that was promised for Friday 18:00."""
        ticket_id = len(self.history) + 1
        promise = Promise(
            START + timedelta(days=1), datetime(2026, 11, 27, 10, 0, tzinfo=UTC), "求助类，5 个工作日内答复"
        )
        filed = Filed(
            number=number,
            token=f"token-of-ticket-{ticket_id:04d}",
            code=CODE,
            person_id=1,
            kind="求助",
            category="城建交通",
            subcategory=None,
            title=title,
            text=text,
            place=Place("幸福路 8 号", "城东街道"),
            urgent=False,
            leader=None,
            named=False,
            public=public,
            unit_id="lights",
            routed="市政照明由它负责",
            promise=promise,
            attachments=attachments,
        )
        change = lifecycle.start(ticket_id, filed, Actor(By.CITIZEN, 1), self.clock.now())
        self.history[ticket_id] = (change.event,)
        return change.ticket

    def happen(self, ticket: Ticket, *whats: Happening, by: Actor = OFFICIAL, after: timedelta = timedelta()) -> Ticket:
        """Let these happen one after another, `after` that much time each, and ring for them."""
        now = lifecycle.fold(self.history[ticket.id])
        for what in whats:
            self.clock.advance(after)
            change = lifecycle.apply(now, what, by, self.clock.now())
            self.history[ticket.id] += (change.event,)
            now = change.ticket
        self.bus.ring([ticket_topic(ticket.id)])
        return now

    async def keep(self, file_id: int, kind: MediaKind, content: bytes, content_type: str) -> Attachment:
        """Keep a file's bytes."""
        digest = await self.store.put(content)
        self.known[file_id] = StoredFile(file_id, kind, digest, content_type, len(content), lost=False)
        return Attachment(file_id, kind)

    def expect(self, file_id: int, kind: MediaKind, *, lost: bool = False) -> Attachment:
        """A file that is still to come, or never will."""
        self.known[file_id] = StoredFile(file_id, kind, None, "", 0, lost)
        return Attachment(file_id, kind)

    async def by_token(self, token: str) -> Journey | None:
        return self._first(lambda ticket: ticket.token == token)

    async def by_number(self, number: str) -> Journey | None:
        return self._first(lambda ticket: ticket.number == number)

    def _first(self, wanted: object) -> Journey | None:
        assert callable(wanted)
        journeys = (Journey(lifecycle.fold(history), history) for history in self.history.values())
        return next((journey for journey in journeys if wanted(journey.ticket)), None)

    async def notice(self, number: str) -> ChaseNotice | None:
        return self.notices.get(number)

    async def tickets(self, numbers: Sequence[str]) -> dict[str, Ticket]:
        found = [journey for number in numbers if (journey := await self.by_number(number)) is not None]
        return {journey.ticket.number: journey.ticket for journey in found}

    def desk_path(self, ticket: Ticket, staff_id: int = 7) -> str:
        """The link of this member of staff to the ticket."""
        return desk_path(Sealer(SECRET), ticket.number, self.directory.staff[staff_id], self.clock.now())

    def notice_path(self, number: str, staff_id: int = 7) -> str:
        """The link of this member of staff to the document."""
        return notice_path(Sealer(SECRET), number, self.directory.staff[staff_id], self.clock.now())

    def without(self, staff_id: int) -> None:
        """This member of staff is released."""
        self._staffed(replace(self.directory.staff[staff_id], person_id=None))

    def moved(self, staff_id: int, unit_id: str) -> None:
        """This member of staff works elsewhere now."""
        self._staffed(replace(self.directory.staff[staff_id], unit_id=unit_id))

    def _staffed(self, member: Staff) -> None:
        staff = {**self.directory.staff, member.id: member}
        self.directory = Directory(self.directory.units.values(), staff.values(), (), self.directory.dispatch_id)

    async def person(self, person_id: int) -> Person | None:
        return self.people.get(person_id)

    async def files(self, file_ids: Sequence[int]) -> dict[int, StoredFile]:
        return {file_id: self.known[file_id] for file_id in file_ids if file_id in self.known}

    async def submit(self, incoming: Incoming) -> Answer:
        """What the batcher and the unit of work do: each key once, decided by the rules."""
        self.received.append(incoming)
        if self.error is not None:
            raise self.error
        if incoming.key in self.answers:
            return self.answers[incoming.key]
        tickets = {ticket_id: lifecycle.fold(history) for ticket_id, history in self.history.items()}
        who = Who(self.people[1], OfficialTalk())
        reading = dispatch.read(incoming, who)
        named: dict[Query[object], object] = {ById(ticket_id): ticket for ticket_id, ticket in tickets.items()}
        logs = {HistoryOf(ById(ticket_id)): log for ticket_id, log in self.history.items()}
        outcome = dispatch.handle(reading, Found(named | logs), self._context())
        if outcome.person is not None:
            self.people[1] = outcome.person
        for event in outcome.events:
            self.history[event.ticket_id] += (event,)
        self.answers[incoming.key] = Answer(outcome.reply)
        self.bus.ring(ticket_topic(ticket.id) for ticket in outcome.tickets)
        return self.answers[incoming.key]

    def _context(self) -> Context:
        return Context(
            now=self.clock.now(),
            directory=DIRECTORY,
            reader=TextReader(understand=reader().understand),
            fresh=Fresh(id=lambda: 1000 + len(self.received), serial=lambda: 99, token=new_token, code=lambda: CODE),
            links=Links(citizen=lambda token: f"{SITE}/t/{token}"),
            lookups=Lookups(hash_invite=str),
        )


def photo(text: str = "", size: tuple[int, int] = (1600, 1200), colour: str = "#31435a") -> bytes:
    """A picture of a street at night, as a phone would send it."""
    picture = Image.new("RGB", size, colour)
    draw = ImageDraw.Draw(picture)
    width, height = size
    draw.rectangle((0, height * 2 // 3, width, height), fill="#1d2733")
    for place in range(5):
        left = place * width // 5 + width // 12
        draw.rectangle((left, height // 4, left + width // 90, height * 2 // 3), fill="#8796a5")
        draw.ellipse((left - 30, height // 4 - 60, left + 40, height // 4), fill="#ffd76a" if place == 2 else "#56677a")
    draw.text((20, 20), text, fill="white")
    out = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "SecretPhoneMaker"
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


@cache
def reader() -> Reader:
    """The dictionaries, read once: added words may make a ticket one that must stay unseen."""
    return load()


async def next_line(response: ClientResponse, wanted: str) -> str:
    """The next line of the stream that matches."""
    async with asyncio.timeout(5):
        async for raw in response.content:
            line = raw.decode().rstrip("\n")
            if re.match(wanted, line):
                return line
    raise AssertionError(f"the stream ended without {wanted}")
