"""A small invented county and the chats of its officials: commands go through the desk, outcomes are applied in memory."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from itertools import count

from msgspec.structs import replace

from handlers.chasing.due_steps import VOW_REMINDER, owes_at
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.deadlines import deadlines
from handlers.directory.directory import Directory, Level, Role, Staff, Unit
from handlers.directory.person import Person
from handlers.hot import HotIssue, HotIssues
from handlers.items import lifecycle as items
from handlers.items.events import ItemEvent
from handlers.items.item import Item
from handlers.items.queries import ItemBy, LastSerial, RunningItems
from handlers.items.states import RUNNING
from handlers.messages import Body, Channel, Incoming, Media, MediaKind, Text, menu_id
from handlers.official import room
from handlers.official.talk import OfficialTalk, officials
from handlers.outcome import MediaWanted, Outcome, Who
from handlers.pushes import Choice, Push
from handlers.queries import ById, ByNumber, DeskOf, Found, HistoryOf, InviteOf, Mine, Needs, OwedBy, Query
from handlers.rankings.figures import Figures
from handlers.rankings.queries import FiguresOf, UnitsFigures
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.filing import Filed
from handlers.tickets.numbers import make
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Place, Ticket
from nlp.understand import Understanding

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine in the morning in China."""

CITIZEN = 7
UNITS = (
    Unit("province", "青岭省", Level.PROVINCE),
    Unit("city", "云川市", Level.CITY, "province"),
    Unit("county", "松江县人民政府", Level.COUNTY, "city", "松江县", aliases=("县政府",)),
    Unit("dispatch", "县受理中心", Level.COUNTY, "county"),
    Unit("roads", "县城市管理局", Level.COUNTY, "county", aliases=("城管局",)),
    Unit("team", "城管执法中队", Level.STREET, "roads"),
    Unit("water", "县水务局", Level.COUNTY, "county", aliases=("水务局",)),
    Unit("other", "柳河县人民政府", Level.COUNTY, "city"),
    Unit("other_roads", "柳河县城管局", Level.COUNTY, "other"),
)


def hash_invite(code: str) -> str:
    """Stands for the keyed hash."""
    return hashlib.sha256(code.encode()).hexdigest()


def no_reader(_text: str) -> Understanding:
    """Officials' words are parsed, never understood."""
    raise AssertionError("the desk reads no plain words")


class Bureau:
    """The world of one conversation: a clock moved by hand, officials, tickets, and what was written."""

    def __init__(self) -> None:
        self.now = MONDAY
        self.staff: dict[int, Staff] = {}
        self.people: dict[int, Person] = {CITIZEN: Person(CITIZEN, Channel.WECHAT, "citizen", self.now)}
        self.talks: dict[int, OfficialTalk] = {}
        self.tickets: dict[int, Ticket] = {}
        self.events: dict[int, list[Event]] = {}
        self.pushes: list[Push] = []
        self.media: list[MediaWanted] = []
        self.figures: dict[str, Figures] = {}
        self.hot: tuple[HotIssue, ...] = ()
        self.items: dict[str, Item] = {}
        self.item_events: dict[int, list[ItemEvent]] = {}
        self._ids = count(1000)
        self._serials = count(1)

    @property
    def directory(self) -> Directory:
        return Directory(UNITS, self.staff.values(), (), "dispatch")

    def context(self) -> Context:
        return Context(
            now=self.now,
            directory=self.directory,
            reader=TextReader(understand=no_reader),
            fresh=Fresh(
                id=lambda: next(self._ids),
                serial=lambda: next(self._serials),
                token=lambda: "token",
                code=lambda: "482913",
            ),
            links=Links(
                citizen=lambda token: f"https://ms.example/t/{token}",
                desk=lambda ticket, _staff: f"https://ms.example/desk/{ticket.number}",
            ),
            lookups=Lookups(hash_invite=hash_invite),
        )

    def later(self, **spans: int) -> None:
        self.now += timedelta(**spans)

    def stranger(self) -> Desk:
        """Somebody who is no official yet."""
        person = Person(next(self._ids), Channel.WECHAT, f"o{len(self.people)}", self.now)
        self.people[person.id] = person
        self.talks[person.id] = OfficialTalk()
        return Desk(self, person.id)

    def official(self, role: Role = Role.HANDLER, unit: str = "roads", name: str = "小周") -> Desk:
        """An official who is bound already."""
        chat = self.stranger()
        member = Staff(next(self._ids), unit, role, name, chat.id)
        self.staff[member.id] = member
        return chat

    def invite(self, code: str, role: Role = Role.HANDLER, unit: str = "roads", **spans: int) -> Staff:
        """A member of staff with an unused code, good for a day unless `spans` says otherwise."""
        until = int((self.now + timedelta(**(spans or {"days": 1}))).timestamp())
        member = Staff(next(self._ids), unit, role, "小吴", None, hash_invite(code), until)
        self.staff[member.id] = member
        return member

    def ticket(
        self, *whats: Happening, unit: str = "roads", kind: str = "投诉", person: int = CITIZEN, text: str = ""
    ) -> Ticket:
        """A ticket of the citizen's on that desk; then the unit lets `whats` happen."""
        number = make(next(self._serials), self.now)
        text = text or "滨河路路灯坏了一周，晚上看不见路，电话 13900001234。"
        filed = Filed(
            number, "token", "482913", person, kind, "城乡建设", None, "滨河路路灯坏了", text,
            Place("滨河路12号", "城关街道"), False, None, True, False, unit, "按类别和地点",
            deadlines.promise(kind, "城乡建设", False, self.now),
        )  # fmt: skip
        change = lifecycle.start(next(self._ids), filed, Actor(By.CITIZEN, person), self.now)
        self.write(change)
        for what in whats:
            self.happens(change.ticket, what)
        return self.tickets[change.ticket.id]

    def happens(self, ticket: Ticket, what: Happening, by: By = By.STAFF, actor: int = 1) -> Ticket:
        change = lifecycle.apply(self.tickets[ticket.id], what, Actor(by, actor, "小李", "roads"), self.now)
        self.write(change)
        return change.ticket

    def write(self, change: lifecycle.Change) -> None:
        self.tickets[change.ticket.id] = change.ticket
        self.events.setdefault(change.ticket.id, []).append(change.event)

    def find(self, needs: Needs) -> Found:
        """Load exactly what was asked for."""
        return Found({query: self._answer(query) for query in needs})

    def _answer(self, query: Query[object]) -> object:
        tickets = self.tickets.values()
        match query:
            case ByNumber(number):
                return next((t for t in tickets if t.number == number), None)
            case ById(ticket_id):
                return self.tickets.get(ticket_id)
            case Mine(person_id):
                return tuple(sorted((t for t in tickets if t.person_id == person_id), key=lambda t: -t.id))
            case HistoryOf(one):
                ticket = self._answer(one)
                return tuple(self.events[ticket.id]) if isinstance(ticket, Ticket) else ()
            case DeskOf(units):
                return tuple(t for t in tickets if t.unit_id in units and t.state in OPEN)
            case OwedBy(units):
                return tuple(t for t in tickets if t.unit_id in units and self._owes(t))
            case InviteOf(code_hash):
                return next((m for m in self.staff.values() if m.invite_hash == code_hash), None)
            case FiguresOf(units):
                return UnitsFigures(tuple(self.figures[unit] for unit in sorted(units) if unit in self.figures))
            case HotIssues():
                return self.hot
            case _:
                return self._answer_items(query)

    def _answer_items(self, query: Query[object]) -> object:
        items = self.items.values()
        match query:
            case ItemBy(key):
                return self.items.get(key)
            case RunningItems(units):
                return tuple(i for i in items if i.state in RUNNING and (units is None or i.unit_id in units))
            case LastSerial(year):
                return max((item.serial for item in items if item.year == year), default=0)
            case _:
                raise AssertionError(f"nobody answers {query}")

    def _owes(self, ticket: Ticket) -> bool:
        due = owes_at(ticket)
        return due is not None and due - VOW_REMINDER <= self.now

    def apply(self, person_id: int, outcome: Outcome) -> None:
        """Write what the outcome says, and check that it is whole."""
        if outcome.talk is not None:
            self.talks[person_id] = officials(outcome.talk)
        for event in outcome.events:
            assert event.seq == len(self.events[event.ticket_id]) + 1
            self.events[event.ticket_id].append(event)
        for ticket in outcome.tickets:
            self.tickets[ticket.id] = ticket
            assert lifecycle.fold(self.events[ticket.id]) == ticket
        for each in items.changed(outcome):
            log = self.item_events.setdefault(each.item.id, [])
            assert each.event.seq == len(log) + 1
            log.append(each.event)
            self.items[each.item.key] = each.item
            assert items.fold(log) == each.item
        for member in outcome.staff:
            self.staff[member.id] = member
        self.pushes += outcome.pushes
        self.media += outcome.media


class Desk:
    """One official's side of the conversation."""

    def __init__(self, bureau: Bureau, person_id: int) -> None:
        self.bureau = bureau
        self.id = person_id
        self.choices: tuple[Choice, ...] = ()
        self.mark = 0
        self.outcome = Outcome()

    @property
    def talk(self) -> OfficialTalk:
        return self.bureau.talks[self.id]

    @property
    def member(self) -> Staff | None:
        return next((m for m in self.bureau.staff.values() if m.person_id == self.id), None)

    def send(self, body: Body) -> str:
        """One message; what is read in answer."""
        bureau = self.bureau
        person = bureau.people[self.id]
        incoming = Incoming("key", Channel.WECHAT, person.openid, bureau.now, bureau.now, body)
        who = Who(person, self.talk, self.member)
        context = bureau.context()
        reading = room.read(incoming, self.talk)
        needs = room.needs(reading, who, context)
        self.outcome = room.handle(reading, who, bureau.find(needs), context)
        if self.outcome.more is not None:
            found = replace(bureau.find(needs | self.outcome.more), again=True)
            self.outcome = room.handle(reading, who, found, context)
        bureau.apply(self.id, self.outcome)
        reply = self.outcome.reply
        self.choices = reply.choices if reply else ()
        self.mark = reply.mark if reply else 0
        return reply.text if reply else ""

    def say(self, text: str) -> str:
        return self.send(Text(text))

    def photo(self) -> str:
        return self.send(Media(MediaKind.IMAGE, "media-photo"))

    def tap(self, label: str) -> str:
        return self.send(self.button(label))

    def button(self, label: str) -> Text:
        """What the choice with this label will send, however late it is pressed."""
        place, choice = next(each for each in enumerate(self.choices, 1) if label in each[1].label)
        return Text(choice.say, menu_id=str(menu_id(self.mark, place)))

    @property
    def changed(self) -> bool:
        """Whether the last message changed any ticket."""
        return bool(self.outcome.events)


def late(ticket: Ticket, reply_by: datetime) -> Ticket:
    """The ticket with another promised date, for lists."""
    return replace(ticket, promise=replace(ticket.promise, reply_by=reply_by))
