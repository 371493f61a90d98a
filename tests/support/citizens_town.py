"""A small invented town and a chat with it: messages go through the citizen's dialogue, outcomes are applied in memory."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count

from msgspec.structs import replace

from handlers import followers as following
from handlers.citizen import room
from handlers.context import Candidate, Context, Fresh, Links, Lookups, Published, Sought, TextReader, nothing_similar
from handlers.directory.directory import Directory, Level, Route, Unit
from handlers.directory.person import Person
from handlers.messages import Body, Channel, Click, Follow, Incoming, Location, Media, MediaKind, Text, menu_id
from handlers.official.talk import OfficialTalk, officials
from handlers.outcome import MediaWanted, Outcome, Who
from handlers.pushes import Choice, Push
from handlers.queries import ById, ByNumber, Found, HistoryOf, Mine, Needs, Query
from handlers.tickets import lifecycle
from handlers.tickets.events import Actor, By, Event, Happening
from handlers.tickets.events.filing import Filed
from handlers.tickets.states import OPEN
from handlers.tickets.ticket import Ticket
from tests.support.reading import understand

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Nine in the morning in China."""

STAFF = Actor(By.STAFF, 900, "小周", "roads")


def directory() -> Directory:
    """A city of two districts with a dispatcher's desk."""
    units = (
        Unit("city", "云川市政府", Level.CITY, None, "云川市"),
        Unit("dispatch", "市派单台", Level.CITY, "city", phone="0700-12345"),
        Unit("roads", "市城管局", Level.CITY, "city", phone="0700-5550101"),
        Unit("water", "市水务局", Level.CITY, "city"),
        Unit("school", "市教育局", Level.CITY, "city"),
        Unit("green", "市环保局", Level.CITY, "city"),
        Unit("east", "河东区政府", Level.COUNTY, "city", "河东区"),
        Unit("west", "河西区政府", Level.COUNTY, "city", "河西区"),
    )
    routes = (
        Route("roads", "城乡建设"),
        Route("west", "城乡建设", "河西区"),
        Route("school", "教育文体"),
        Route("green", "环境保护"),
    )
    return Directory(units, (), routes, "dispatch")


class Town:
    """The world of one conversation: a clock that is moved by hand, people, and what was written."""

    def __init__(self) -> None:
        self.now = MONDAY
        self.people: dict[int, Person] = {}
        self.talks: dict[int, OfficialTalk] = {}
        self.tickets: dict[int, Ticket] = {}
        self.events: dict[int, list[Event]] = {}
        self.pushes: list[Push] = []
        self.media: list[MediaWanted] = []
        self.forgotten: set[int] = set()
        self.published: list[Published] = []
        self.looks_around = False
        self.directory = directory()
        self._ids = count(1000)
        self._serials = count(1)
        self._keys = count(1)

    def context(self) -> Context:
        """What the rules may ask, as of now."""
        return Context(
            now=self.now,
            directory=self.directory,
            reader=TextReader(understand=understand),
            fresh=Fresh(
                id=lambda: next(self._ids),
                serial=lambda: next(self._serials),
                token=lambda: f"token{next(self._ids)}",
                code=lambda: "482913",
            ),
            links=Links(citizen=lambda token: f"https://ms.example/t/{token}"),
            lookups=Lookups(
                hash_invite=lambda code: code,
                similar=self.similar if self.looks_around else nothing_similar,
                published=self.answered,
            ),
        )

    def similar(self, sought: Sought) -> tuple[Candidate, ...]:
        """Everything open of the category at the place, the oldest first; how alike words are is the index's matter."""
        found = (t for t in self.tickets.values() if t.state in OPEN and t.joined_to is None and t.place)
        near = (t for t in found if (t.category, t.place and t.place.text) == (sought.category, sought.place.text))
        return tuple(Candidate(t.id, t.number, 0.9) for t in sorted(near, key=lambda t: t.id))

    def answered(self, question: str) -> tuple[Published, ...]:
        """All that was published, whatever is asked; how alike questions are is the searcher's matter."""
        assert question
        return tuple(self.published)

    def citizen(self) -> Chat:
        """Somebody new opens the chat."""
        person = Person(next(self._ids), Channel.WECHAT, f"o{len(self.people)}", self.now)
        self.people[person.id] = person
        self.talks[person.id] = OfficialTalk()
        return Chat(self, person.id)

    def later(self, **spans: int) -> None:
        """Move the clock."""
        self.now += timedelta(**spans)

    def staff(self, ticket: Ticket, *whats: Happening) -> Ticket:
        """The unit does something to the ticket."""
        for what in whats:
            change = lifecycle.apply(self.tickets[ticket.id], what, STAFF, self.now)
            self.apply(0, self.spread(Outcome(tickets=(change.ticket,), events=(change.event,))))
        return self.tickets[ticket.id]

    def find(self, needs: Needs) -> Found:
        """Load exactly what was asked for."""
        found = Found({query: self._answer(query) for query in needs})
        loaded = (*found.by_number.values(), *found.by_id.values(), *found.mine)
        mains = {t.joined_to: self.tickets[t.joined_to] for t in loaded if t.joined_to is not None}
        return replace(found, mains=mains)

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
            case _:
                raise AssertionError(f"no citizen asks for {query}")

    def followers(self, ticket: Ticket) -> list[Ticket]:
        """Who follows this ticket, oldest first."""
        return sorted((t for t in self.tickets.values() if t.joined_to == ticket.id), key=lambda t: t.id)

    def spread(self, outcome: Outcome) -> Outcome:
        """The outcome with what it makes of those who follow, as the unit of work does it."""
        made = outcome
        now = {ticket.id: ticket for ticket in (*self.tickets.values(), *outcome.tickets)}
        while moving := following.changed_leaders(made):
            by_number = {ticket.number: ticket for ticket in now.values()}
            followers = {i: [t for _, t in sorted(now.items()) if t.joined_to == i] for i in moving}
            made = following.propagate(made, followers, by_number, self.context())
            now |= {ticket.id: ticket for ticket in made.tickets}
            outcome = replace(
                outcome,
                tickets=outcome.tickets + made.tickets,
                events=outcome.events + made.events,
                pushes=outcome.pushes + made.pushes,
            )
        return outcome

    def apply(self, person_id: int, outcome: Outcome) -> None:
        """Write what the outcome says, and check that it is whole."""
        if outcome.person:
            self.people[person_id] = outcome.person
        if outcome.talk is not None:
            self.talks[person_id] = officials(outcome.talk)
        for event in outcome.events:
            log = self.events.setdefault(event.ticket_id, [])
            assert event.seq == len(log) + 1
            log.append(event)
        for ticket in outcome.tickets:
            self.tickets[ticket.id] = ticket
            assert lifecycle.fold(self.events[ticket.id]) == ticket
        self.pushes += outcome.pushes
        self.media += outcome.media
        if outcome.forget:
            self.forgotten.add(person_id)


class Chat:
    """One person's side of the conversation."""

    def __init__(self, town: Town, person_id: int) -> None:
        self.town = town
        self.id = person_id
        self.choices: tuple[Choice, ...] = ()
        self.mark = 0
        self.outcome = Outcome()

    @property
    def person(self) -> Person:
        return self.town.people[self.id]

    @property
    def talk(self) -> OfficialTalk:
        return self.town.talks[self.id]

    @property
    def tickets(self) -> list[Ticket]:
        """The person's tickets, oldest first."""
        return [ticket for ticket in self.town.tickets.values() if ticket.person_id == self.id]

    @property
    def ticket(self) -> Ticket:
        """The newest ticket."""
        return self.tickets[-1]

    def send(self, body: Body) -> str:
        """One message; what is read in answer."""
        town = self.town
        incoming = Incoming(f"k{next(town._keys)}", Channel.WECHAT, self.person.openid, town.now, town.now, body)
        who = Who(self.person, self.talk)
        reading = room.read(incoming)
        needs = room.needs(reading, who)
        outcome = room.handle(reading, who, town.find(needs), town.context())
        if outcome.more is not None:
            assert (outcome.reply, outcome.tickets, outcome.pushes) == (None, (), ()), "nothing is decided yet"
            found = replace(town.find(needs | outcome.more), again=True)
            outcome = room.handle(reading, who, found, town.context())
            assert outcome.more is None
        self.outcome = town.spread(outcome)
        town.apply(self.id, self.outcome)
        reply = self.outcome.reply
        self.choices = reply.choices if reply else ()
        self.mark = reply.mark if reply else 0
        return reply.text if reply else ""

    def say(self, text: str) -> str:
        return self.send(Text(text))

    def tap(self, label: str) -> str:
        """Tap the choice whose label contains these words."""
        return self.press(self.button(label))

    def button(self, label: str) -> Text:
        """What the choice with this label will send, however late it is pressed."""
        place, choice = next(each for each in enumerate(self.choices, 1) if label in each[1].label)
        return Text(choice.say, menu_id=str(menu_id(self.mark, place)))

    def press(self, button: Text) -> str:
        """Press a button, perhaps an old one."""
        return self.send(button)

    def photo(self) -> str:
        return self.send(Media(MediaKind.IMAGE, "media-photo"))

    def voice(self, words: str = "") -> str:
        return self.send(Media(MediaKind.VOICE, "media-voice", words))

    def video(self) -> str:
        return self.send(Media(MediaKind.VIDEO, "media-video"))

    def point(self, label: str = "云川市河东区解放路12号") -> str:
        return self.send(Location(29.1234, 113.5678, label))

    def click(self, key: str) -> str:
        return self.send(Click(key))

    def follow(self, scene: str = "", scanned: bool = False) -> str:
        return self.send(Follow(scene, scanned))

    def filed(self) -> int:
        """Tickets filed by the last message."""
        return sum(isinstance(event.what, Filed) for event in self.outcome.events)

    def labels(self) -> list[str]:
        return [choice.label for choice in self.choices]


def happenings(town: Town, ticket: Ticket) -> Iterator[str]:
    """The kinds of events of a ticket, in order."""
    return (type(event.what).__name__ for event in town.events[ticket.id])
