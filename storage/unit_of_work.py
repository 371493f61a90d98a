"""Many messages, one transaction (group commit).

Everything the messages of a batch need is loaded with a few SELECTs, each message is decided by the pure rules on what
was loaded, everything they change is written by bulk statements, and one commit makes it true. Only then are there
answers. A message whose rule fails is taken out of the batch alone: it is kept, marked as failed, with an apology.

Two writers of one ticket, one message or one new person collide on a primary key; the batch is then decided again on
fresh data. That is what makes a retry at another process harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

import structlog
from msgspec import Struct
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.citizen.talk import Talk
from handlers.errors import Conflict, Unavailable
from handlers.messages import Incoming
from handlers.outcome import Context, Found, Needs, Outcome, Reply, Who
from handlers.people import Person
from storage import loading
from storage.batch import BatchView, Case, load
from storage.loading import Known
from storage.serials import Serials
from storage.transaction import writing
from storage.writing import write

log = structlog.get_logger()

ATTEMPTS = 5
"""How often a batch is decided again after a collision. Each collision means that another writer succeeded."""

SERIALS_PER_MESSAGE = 8
"""More tickets than one message can become (the reader splits into fewer)."""


class Rules(Protocol):
    """What the rules offer: `handlers.dispatch` is the one implementation."""

    def needs(self, incoming: Incoming, who: Who, ctx: Context) -> Needs:
        """What must be loaded to decide this message."""

    def handle(self, incoming: Incoming, who: Who, found: Found, ctx: Context) -> Outcome:
        """What this message changes and how it is answered."""

    def apology(self, incoming: Incoming) -> Reply | None:
        """What the sender reads when `handle` failed."""


class Answer(Struct, frozen=True):
    """What became of one message. `repeated`: it had been handled before, this is the answer it got then."""

    reply: Reply | None
    repeated: bool = False
    failed: bool = False


class UnitOfWork:
    """Runs batches of messages. `make_context` gives the context of one batch; `changed` hears of committed tickets."""

    def __init__(
        self,
        engine: AsyncEngine,
        rules: Rules,
        make_context: Callable[[Callable[[], int]], Context],
        serials: Serials,
        committed: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
    ) -> None:
        self._engine = engine
        self._rules = rules
        self._make_context = make_context
        self._serials = serials
        self._committed = committed

    async def run(self, batch: Sequence[Incoming]) -> list[Answer]:
        """Decide and commit these messages; the answers in the same order.

        At most one message of each person and each key once. Raises `Unavailable` when the database does not answer:
        then nothing of the batch was kept.
        """
        for _ in range(ATTEMPTS):
            await self._serials.ensure(len(batch) * SERIALS_PER_MESSAGE)
            try:
                return await self._attempt(batch)
            except (IntegrityError, Conflict):
                log.info("batch_collided", messages=len(batch))
            except (DBAPIError, OSError) as error:
                if _is_away(error):
                    raise Unavailable("database") from error
                if not _is_collision(error):
                    log.exception("batch_refused", messages=len(batch))
                    break
                log.info("batch_collided", messages=len(batch))
        return await self._isolate(batch)

    async def _isolate(self, batch: Sequence[Incoming]) -> list[Answer]:
        """Somewhere in this batch is a message that the database will not take; alone it can spoil nobody else's."""
        if len(batch) > 1:
            return [answer for incoming in batch for answer in await self.run([incoming])]
        try:
            return await self._attempt(batch, refuse=True)
        except DBAPIError as error:
            raise Unavailable("database") from error

    async def _attempt(self, batch: Sequence[Incoming], refuse: bool = False) -> list[Answer]:
        async with writing(self._engine) as db:
            done = await loading.answered(db, batch)
            fresh = [incoming for incoming in batch if (incoming.channel, incoming.key) not in done]
            known = await loading.known(db, fresh)
            ctx = self._make_context(self._serials.next)
            cases = [self._open(incoming, known.get((incoming.channel, incoming.openid)), ctx) for incoming in fresh]
            found = await load(db, cases, ctx.now)
            for case in cases:
                if refuse:
                    self._fail(case)
                else:
                    self._decide(case, found, ctx)
            await write(db, cases, ctx.now)
        self._committed([case.outcome for case in cases if case.outcome is not None])
        answers = {(c.incoming.channel, c.incoming.key): Answer(_reply_of(c), failed=c.failed) for c in cases}
        answers |= {key: Answer(reply, repeated=True) for key, reply in done.items()}
        return [answers[incoming.channel, incoming.key] for incoming in batch]

    def _open(self, incoming: Incoming, known: Known | None, ctx: Context) -> Case:
        if known is None:
            newcomer = Person(ctx.new_id(), incoming.channel, incoming.openid, since=ctx.now)
            case = Case(incoming, Who(newcomer, Talk()), new=True)
        else:
            case = Case(incoming, Who(known.person, known.talk, known.staff, known.parked), known.parked_ids)
        try:
            case.needs = self._rules.needs(incoming, case.who, ctx)
        except Exception:
            self._fail(case)
        return case

    def _decide(self, case: Case, found: BatchView, ctx: Context) -> None:
        if case.failed:
            return
        try:
            case.outcome = self._rules.handle(case.incoming, case.who, found.view(case), ctx)
        except Exception:
            self._fail(case)
        else:
            found.take(case.outcome)

    def _fail(self, case: Case) -> None:
        # Rules are pure, so whatever they raise is our own mistake with this one message; the others go on.
        log.exception("message_failed", key=case.incoming.key, kind=type(case.incoming.body).__name__)
        case.failed = True
        case.outcome = Outcome(reply=self._rules.apology(case.incoming))


def _reply_of(case: Case) -> Reply | None:
    return case.outcome.reply if case.outcome else None


def _is_away(error: DBAPIError | OSError) -> bool:
    """Whether the database itself cannot be reached (as against refusing what we sent)."""
    return not isinstance(error, DBAPIError) or error.connection_invalidated or isinstance(error, InterfaceError)


def _is_collision(error: BaseException) -> bool:
    """PostgreSQL's deadlock (40P01) and serialization failure (40001), SQLite's busy: another writer was first."""
    original = getattr(error, "orig", None)
    code = getattr(original, "sqlstate", None) or getattr(original, "pgcode", None)
    return code in {"40P01", "40001"} or "database is locked" in str(original)
