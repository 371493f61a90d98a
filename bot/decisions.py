"""Runs the rules on the database: keeps the current directory, makes their context, and opens the transactions in which they
decide.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from datetime import datetime

from msgspec import Struct
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from bot import ids
from bot.clock import Clock
from handlers import dispatch
from handlers.calendar.policy import Terms
from handlers.context import Context, Fresh, Links, Lookups, TextReader
from handlers.directory.directory import Directory
from handlers.errors import Unavailable
from handlers.outcome import Outcome
from storage.queries.moment import DatabaseTime
from storage.queries.newest import newest_id
from storage.queues.serials import Serials
from storage.transactions import directory as store
from storage.transactions.chase import Chaser
from storage.transactions.messages import UnitOfWork
from storage.transactions.rectify import RectificationClock


class CurrentDirectory:
    """Holds the newest directory. Rules are given `now` and never wait for a load."""

    def __init__(self, engine: AsyncEngine) -> None:
        self._engine = engine
        self._directory = Directory((), (), (), "", version=-1)

    @property
    def now(self) -> Directory:
        """The directory as last loaded."""
        return self._directory

    async def refresh(self) -> bool:
        """Load the directory again if it has changed. Returns whether it had."""
        if await store.version(self._engine) == self._directory.version:
            return False
        self._directory = await store.load(self._engine)
        return True


Announce = Callable[[Sequence[Outcome]], None]
"""Called after each commit with what was decided."""


class RuleInputs(Struct, frozen=True):
    """What rules are given, apart from the time."""

    directory: CurrentDirectory
    terms: Terms
    """The policy and calendar in force."""
    reader: TextReader
    links: Callable[[datetime], Links]
    """The addresses of our pages, as they are made at this time."""
    lookups: Lookups
    ids: ids.Ids

    def context(self, now: datetime, next_serial: Callable[[], int]) -> Context:
        """Returns the context of one batch or tick."""
        return Context(
            now=now,
            directory=self.directory.now,
            reader=self.reader,
            fresh=Fresh(id=self.ids.next, serial=next_serial, token=ids.new_token, code=ids.new_code),
            links=self.links(now),
            lookups=self.lookups,
            terms=self.terms,
        )


async def fresh_ids(engine: AsyncEngine, clock: Clock) -> ids.Ids:
    """Returns the ids of a process that has just started: greater than any in the database."""
    return ids.Ids(clock.now, secrets.randbelow(1 << 10), await newest_id(engine))


def _any(_at: datetime) -> bool:
    return True


class Decisions:
    """Opens the transactions in which rules decide, each by the clock that it is given."""

    def __init__(self, engine: AsyncEngine, rules: RuleInputs, announce: Announce) -> None:
        self._engine = engine
        self._rules = rules
        self._announce = announce
        self._serials = Serials(engine)

    def messages(self, clock: Clock) -> UnitOfWork:
        """Returns what decides batches of messages."""
        return UnitOfWork(
            self._engine,
            dispatch,
            lambda next_serial: self._rules.context(clock.now(), next_serial),
            self._serials,
            self._announce,
        )

    def chaser(self, clock: Clock, admits: Callable[[datetime], bool] = _any) -> Chaser:
        """Returns what chases due tickets; it raises Unavailable at a time that `admits` refuses."""
        return Chaser(self._engine, self._contexts(clock, admits), self._announce)

    def rectification_clock(self, clock: Clock, admits: Callable[[datetime], bool]) -> RectificationClock:
        """Returns what moves 整改 on; it raises Unavailable at a time that `admits` refuses."""
        return RectificationClock(self._engine, self._contexts(clock, admits), self._announce)

    def _contexts(self, clock: Clock, admits: Callable[[datetime], bool]) -> Callable[[Connection], Context]:
        time = DatabaseTime(self._engine, clock)

        def context(db: Connection) -> Context:
            now = time.at(db)
            if not admits(now):
                raise Unavailable("clock")
            return self._rules.context(now, self._serials.next)

        return context
