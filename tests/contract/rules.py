"""Small rules with which the storage is tested: words say what shall be written, so that a test reads as what it proves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import count
from time import monotonic

import msgspec
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers import followers
from handlers.citizen.room import CitizenReading
from handlers.citizen.words import Request
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.person import PushQuota
from handlers.dispatch import Reading
from handlers.messages import Body, Channel, Incoming, MediaKind, Text, Unfollow
from handlers.official.talk import OfficialTalk, officials
from handlers.outcome import MediaWanted, Outcome, Reply, Who
from handlers.pushes import Push
from handlers.queries import NOTHING, ByNumber, Found, HistoryOf, Mine, Needs
from handlers.tickets import lifecycle, numbers
from handlers.tickets.events.work import Noted
from nlp.understand import Understanding
from nlp.wishes import Wish
from storage.queues.serials import Serials
from storage.transactions.budget import Budget
from storage.transactions.messages import Answer, UnitOfWork
from tests.support import reading, samples

NOW = datetime(2026, 5, 4, 2, 0, tzinfo=UTC)
APOLOGY = "抱歉"

_keys = count(1)


def said(openid: str, words: str, key: str | None = None, body: Body | None = None) -> Incoming:
    """A message of this account."""
    return Incoming(key or f"key{next(_keys)}", Channel.WECHAT, openid, NOW, NOW, body or Text(words))


class Rules:
    """`file` makes a ticket, `note NUMBER words` and `complain words` (one's own) add to its log, `remember words` to the talk; `boom` is a bug,
    `linger` and `dwell` take half a minute.

    `meanwhile` is called once, within the next decision: what others do while a batch is on its way.
    """

    propagate = staticmethod(followers.propagate)
    changed_leaders = staticmethod(followers.changed_leaders)
    merged_into = staticmethod(followers.merged_into)

    def __init__(self) -> None:
        self.meanwhile: Callable[[], None] | None = None
        self.decided = 0
        self.lingered = 0

    def read(self, incoming: Incoming, who: Who) -> Reading:
        words = words_of(incoming)
        said = CitizenReading(incoming, Request(Wish.FILE, " ".join(words), rest="x")) if words[0] == "read" else None
        return Reading(incoming, who, said)

    def needs(self, reading: Reading, ctx: Context) -> Needs:
        words, who = words_of(reading.incoming), reading.who
        if words[0] == "stumble":
            raise KeyError("a bug before anything is loaded")
        if words[0] == "dwell":
            self._linger(words, who, Found(), ctx)
        if words[0] in {"note", "push", "history"}:
            named = ByNumber(words[1])
            return frozenset({named, HistoryOf(named)})
        return frozenset({Mine(who.person.id)}) if words[0] in {"mine", "complain"} else NOTHING

    def handle(self, reading: Reading, found: Found, ctx: Context) -> Outcome:
        incoming, who = reading.incoming, reading.who
        self.decided += 1
        meanwhile, self.meanwhile = self.meanwhile, None
        if meanwhile:
            meanwhile()
        if isinstance(incoming.body, Unfollow):
            return Outcome(forget=True)
        words = words_of(incoming)
        return getattr(self, f"_{words[0]}", self._echo)(words[1:], who, found, ctx)

    def apology(self, incoming: Incoming) -> Reply | None:
        return Reply(APOLOGY)

    def _echo(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        told = (*who.parked, " ".join(words))
        person = msgspec.structs.replace(who.person, parked=0) if who.parked else None
        return Outcome(Reply("|".join(told)), person)

    def _file(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        number = numbers.make(ctx.fresh.serial(), ctx.now)
        filed = samples.filed(number=number, token=ctx.fresh.token(), person_id=who.person.id)
        change = lifecycle.start(ctx.fresh.id(), filed, samples.CITIZEN, ctx.now)
        push = Push(ctx.fresh.id(), who.person.id, change.ticket.id, f"收到 {number}")
        file = MediaWanted(ctx.fresh.id(), MediaKind.IMAGE, "media", who.person.id, change.ticket.id)
        person = msgspec.structs.replace(who.person, reach=PushQuota(ctx.now.replace(year=2030), 5))
        return Outcome(
            Reply(number), person, tickets=(change.ticket,), events=(change.event,), pushes=(push,), media=(file,)
        )

    def _note(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        ticket = found.by_number[words[0]]
        assert len(found.history[ticket.id]) == ticket.version
        change = lifecycle.apply(ticket, Noted(" ".join(words[1:])), samples.HOUSING, ctx.now)
        return Outcome(Reply(str(change.ticket.version)), tickets=(change.ticket,), events=(change.event,))

    def _complain(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        change = lifecycle.apply(found.mine[0], Noted(" ".join(words)), samples.HOUSING, ctx.now)
        return Outcome(Reply(str(change.ticket.version)), tickets=(change.ticket,), events=(change.event,))

    def _remember(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        talk = OfficialTalk(later=(*officials(who.talk).later, " ".join(words)))
        return Outcome(Reply("、".join(talk.later)), talk=talk)

    def _mine(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        return Outcome(Reply(" ".join(ticket.number for ticket in found.mine)))

    def _boom(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        raise ValueError("a bug in a rule")

    def _linger(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        """Thinks for half a minute, as a runaway loop does."""
        self.lingered += 1
        end = monotonic() + 30
        while monotonic() < end:
            pass
        return Outcome(Reply("lingered"))

    def _read(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        return Outcome(Reply(ctx.understand(" ".join(("read", *words))).category))

    def _garble(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        return Outcome(Reply("\ud800"))

    def _doubled(self, words: list[str], who: Who, found: Found, ctx: Context) -> Outcome:
        filed = samples.filed(number="26000010", token=ctx.fresh.token(), person_id=who.person.id)
        change = lifecycle.start(ctx.fresh.id(), filed, samples.CITIZEN, ctx.now)
        return Outcome(Reply("again"), tickets=(change.ticket,), events=(change.event,))


def words_of(incoming: Incoming) -> list[str]:
    return (incoming.body.text.split() or [""]) if isinstance(incoming.body, Text) else [""]


def understand(text: str) -> Understanding:
    """The citizens' tiny reader; it chokes on 毒."""
    if "毒" in text:
        raise ValueError("a bug in the reader")
    return reading.understand(text)


class Process:
    """One process on a database: its unit of work, rules, and what it was told after each commit."""

    def __init__(self, engine: AsyncEngine, node: int = 0) -> None:
        self.engine = engine
        self.rules = Rules()
        self.committed: list[Outcome] = []
        self.read_together: list[int] = []
        self._ids = count(node * 1_000_000 + 1)
        self.work = self.with_budget(10)

    def with_budget(self, seconds: float) -> UnitOfWork:
        """A unit of work whose rules must decide within so many seconds. Much by default: some hold up others on purpose."""
        return UnitOfWork(
            self.engine, self.rules, self._context, Serials(self.engine), self.committed.extend, budget=Budget(seconds)
        )

    def _context(self, next_serial: Callable[[], int]) -> Context:
        return Context(
            now=NOW,
            directory=samples.directory(),
            reader=TextReader(understand=understand, understand_all=self.understand_all),
            fresh=Fresh(
                id=lambda: next(self._ids),
                serial=next_serial,
                token=lambda: f"token{next(self._ids)}",
                code=lambda: "123456",
            ),
            links=Links(citizen=str),
            lookups=Lookups(hash_invite=str),
        )

    def understand_all(self, texts: Sequence[str]) -> list[Understanding]:
        self.read_together.append(len(texts))
        return [understand(text) for text in texts]

    async def run(self, *batch: Incoming) -> list[Answer]:
        return await self.work.run(batch)

    async def say(self, openid: str, words: str, key: str | None = None) -> str:
        """One message alone; what is read in answer."""
        return text_of((await self.run(said(openid, words, key)))[0])


def text_of(answer: Answer) -> str:
    return answer.reply.text if answer.reply else ""


def texts(answers: Sequence[Answer]) -> list[str]:
    return [text_of(answer) for answer in answers]
