"""Unit of work for messages: loads, decides, writes and commits a batch in one transaction (group commit).

Answers exist only after the commit. A message whose rule fails, or exceeds its time budget (`budget.py`), is taken out
of the batch: it is stored as failed, and its sender reads an apology.

Two writers of one ticket, one message or one new person collide on a primary key; the batch is then decided again on
fresh data. Therefore a retry at another process is harmless.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Protocol, TypeVar

import structlog
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncEngine

from handlers.context import Context
from handlers.directory.person import Person
from handlers.dispatch import Reading
from handlers.errors import Unavailable
from handlers.messages import Identity, Incoming
from handlers.official.talk import OfficialTalk
from handlers.outcome import CodeTry, Outcome, Reply, Who
from handlers.queries import Found, Needs
from handlers.tickets.ticket import Ticket
from storage.queries import batch_loading
from storage.queries.batch_loading import KnownPerson
from storage.queues.serials import Serials
from storage.schema.errors import WriteError, code_of
from storage.schema.transaction import runner
from storage.transactions.batch import BatchView, Case, load, load_followers, load_more
from storage.transactions.budget import Budget, OverBudget
from storage.transactions.retry import NotWritten, judged, retry
from storage.transactions.writing import write

log = structlog.get_logger()

T = TypeVar("T")

_AHEAD_SHARE = 2.0
"""Share of one message's budget for understanding all messages of a batch together. It takes a twentieth of that."""

_MOST_HALVINGS = 3

SERIALS_PER_MESSAGE = 8
"""More tickets than one message can become (the reader splits it into fewer)."""


NOBODY = 0
"""Person id of a message without a known sender. It has no row in `people`."""


class Rules(Protocol):
    """Port: the rules. `handlers.dispatch` implements it."""

    def read(self, incoming: Incoming, who: Who) -> Reading:
        """Returns the message as read once, for `needs` and `handle`."""

    def needs(self, reading: Reading, ctx: Context) -> Needs:
        """Returns what must be loaded to decide this message."""

    def handle(self, reading: Reading, found: Found, ctx: Context) -> Outcome:
        """Returns what this message changes and its reply."""

    def propagate(
        self, outcome: Outcome, followers: Mapping[int, Sequence[Ticket]], by_number: Mapping[str, Ticket], ctx: Context
    ) -> Outcome:
        """Returns what the outcome causes for the followers of its tickets."""

    def changed_leaders(self, outcome: Outcome) -> frozenset[int]:
        """Returns the tickets of the outcome to whose followers something happens."""

    def merged_into(self, outcome: Outcome) -> frozenset[str]:
        """Returns the numbers of tickets that followers of this outcome's tickets are handed to."""

    def apology(self, incoming: Incoming) -> Reply | None:
        """Returns what the sender reads when `handle` failed."""


class Answer(Struct, frozen=True):
    """The result of one message."""

    reply: Reply | None
    repeated: bool = False
    """It had been handled before; `reply` is the answer it got then."""

    failed: bool = False
    code: CodeTry | None = None


class UnitOfWork:
    """Runs batches of messages. `make_context` returns the context of one batch; `committed` is called after its
    commit.
    """

    def __init__(
        self,
        engine: AsyncEngine,
        rules: Rules,
        make_context: Callable[[Callable[[], int]], Context],
        serials: Serials,
        committed: Callable[[Sequence[Outcome]], None] = lambda outcomes: None,
        *,
        budget: Budget | None = None,
    ) -> None:
        self._runner = runner(engine)
        self._rules = rules
        self._make_context = make_context
        self._serials = serials
        self._committed = committed
        self._budget = budget or Budget()
        self._slow: set[Identity] = set()

    async def run(self, batch: Sequence[Incoming]) -> list[Answer]:
        """Decide and commit these messages. Returns the answers in the same order.

        The batch has at most one message of each person, and each key once. Raises `Unavailable` when the database is
        away; nothing of the batch is then written.
        """
        try:
            return await retry(lambda: self._numbered(batch), report=partial(_report, batch))
        except NotWritten:
            return await self._isolate(batch)

    async def _numbered(self, batch: Sequence[Incoming]) -> list[Answer]:
        await self._serials.ensure(len(batch) * SERIALS_PER_MESSAGE)
        return await self._transact(batch)

    async def _isolate(self, batch: Sequence[Incoming]) -> list[Answer]:
        """Decide each message alone, because one of the batch cannot be written and must not spoil the others."""
        if len(batch) > 1:
            return [answer for incoming in batch for answer in await self.run([incoming])]
        try:
            return await self._transact(batch, refuse=True)
        except Exception as error:
            if judged(error, partial(_report, batch)) is not WriteError.REFUSED:
                raise Unavailable("database") from error
        # Not even its sender or its words can be stored, so nobody real sent it: the platform need not try again.
        log.error("message_not_kept", kind=type(batch[0].body).__name__)
        return [Answer(None, failed=True)]

    async def _transact(self, batch: Sequence[Incoming], refuse: bool = False) -> list[Answer]:
        cases, done = await self._runner.run(lambda db: self._attempt(db, batch, refuse))
        self._slow.difference_update(incoming.identity for incoming in batch)
        self._committed([case.outcome for case in cases if case.outcome is not None])
        answers = {c.incoming.identity: Answer(_reply_of(c), failed=c.failed, code=_code_of(c)) for c in cases}
        answers |= {identity: Answer(reply, repeated=True) for identity, reply in done.items()}
        return [answers[incoming.identity] for incoming in batch]

    def _attempt(
        self, db: Connection, batch: Sequence[Incoming], refuse: bool
    ) -> tuple[list[Case], dict[Identity, Reply | None]]:
        """Load, decide and write. Returns the decided cases, and the stored answers of those decided before."""
        done = batch_loading.answered(db, batch)
        fresh = [incoming for incoming in batch if incoming.identity not in done]
        known = batch_loading.known(db, fresh)
        ctx = self._make_context(self._serials.next)
        cases = [self._open(incoming, known.get((incoming.channel, incoming.openid)), ctx) for incoming in fresh]
        if refuse:
            for case in cases:
                self._fail(case, None)
        else:
            self._decide_all(db, cases, ctx)
        write(db, cases, ctx.now)
        return cases, done

    def _decide_all(self, db: Connection, cases: Sequence[Case], ctx: Context) -> None:
        for case in cases:
            self._ask(case, ctx)
        self._read_ahead(cases, ctx)
        view = load(db, cases, ctx.now)
        for case in cases:
            self._decide(case, view, ctx)
        undecided = [case for case in cases if case.outcome is not None and case.outcome.more is not None]
        if undecided:
            load_more(db, view, undecided)
            for case in undecided:
                self._decide_again(case, view, ctx)
        for case in cases:
            self._propagate(db, case, view, ctx)

    def _propagate(self, db: Connection, case: Case, view: BatchView, ctx: Context) -> None:
        """Apply what the case causes for followers of its tickets, and for their followers in turn."""
        made = case.outcome
        while made is not None and made.events and (moving := self._rules.changed_leaders(made)):
            followers = load_followers(db, view, moving)
            numbers = self._rules.merged_into(made)
            view.tickets.add(batch_loading.tickets_by(db, view.tickets.lacks(numbers), ()))
            made = self._propagate_once(made, followers, view.tickets.numbered(numbers), ctx)
            view.take(made)
            case.outcome = _with(case.outcome or Outcome(), made)

    def _propagate_once(
        self, made: Outcome, followers: Mapping[int, Sequence[Ticket]], by_number: Mapping[str, Ticket], ctx: Context
    ) -> Outcome:
        return self._in_time(lambda: self._rules.propagate(made, followers, by_number, ctx))

    def _open(self, incoming: Incoming, known: KnownPerson | None, ctx: Context) -> Case:
        if not incoming.openid:
            return Case(incoming, Who(Person(NOBODY, incoming.channel, "", since=ctx.now), OfficialTalk()))
        if known is None:
            newcomer = Person(ctx.fresh.id(), incoming.channel, incoming.openid, since=ctx.now)
            return Case(incoming, Who(newcomer, OfficialTalk()), new=True)
        return Case(incoming, Who(known.person, known.talk, known.staff, known.parked), known.parked_ids)

    def _ask(self, case: Case, ctx: Context) -> None:
        if case.incoming.identity in self._slow:
            # Its time was over in an earlier attempt at this batch, and would be again.
            self._fail(case, None)
            return
        try:
            case.reading, case.needs = self._in_time(lambda: self._read(case, ctx))
        except Exception as error:
            self._fail(case, error)

    def _read(self, case: Case, ctx: Context) -> tuple[Reading, Needs]:
        reading = self._rules.read(case.incoming, case.who)
        return reading, self._rules.needs(reading, ctx)

    def _in_time(self, rule: Callable[[], T]) -> T:
        """Returns the rule's result. Each message that was too slow halves the time of the others, so that a batch of
        such messages ends too.
        """
        return self._budget.within(rule, 1 / 2 ** min(len(self._slow), _MOST_HALVINGS))

    def _read_ahead(self, cases: Sequence[Case], ctx: Context) -> None:
        try:
            self._budget.within(
                lambda: ctx.read_ahead(case.reading.appeal for case in cases if case.reading is not None), _AHEAD_SHARE
            )
        except Exception:
            # One of them cannot be read: whose it is shows when they are read one by one.
            log.exception("not_read_together", messages=len(cases))

    def _decide(self, case: Case, view: BatchView, ctx: Context) -> None:
        reading = case.reading
        if case.failed or reading is None:
            return
        try:
            found = view.found(case.needs, again=case.again)
            case.outcome = self._in_time(lambda: self._rules.handle(reading, found, ctx))
        except Exception as error:
            self._fail(case, error)
        else:
            view.take(case.outcome)

    def _decide_again(self, case: Case, view: BatchView, ctx: Context) -> None:
        if case.outcome is not None and case.outcome.more is not None:
            case.needs, case.again, case.outcome = case.needs | case.outcome.more, True, None
        self._decide(case, view, ctx)

    def _fail(self, case: Case, error: Exception | None) -> None:
        # Rules are pure, so whatever they raise is our own mistake with this one message; the others go on. The message's
        # key stays out of the log: an event's holds the openid.
        log.error("message_failed", kind=type(case.incoming.body).__name__, exc_info=error)
        if isinstance(error, OverBudget):
            self._slow.add(case.incoming.identity)
        case.failed = True
        case.outcome = Outcome(reply=self._rules.apology(case.incoming))


def _report(batch: Sequence[Incoming], error: Exception, kind: WriteError) -> None:
    if kind is WriteError.BROKEN:
        log.exception("batch_broken", messages=len(batch))
    else:
        log.warning("batch_not_written", why=kind.value, error=type(error).__name__, code=code_of(error))


def _reply_of(case: Case) -> Reply | None:
    return case.outcome.reply if case.outcome else None


def _code_of(case: Case) -> CodeTry | None:
    return case.outcome.code if case.outcome else None


def _with(outcome: Outcome, more: Outcome) -> Outcome:
    """Returns both outcomes together: the message's, and what it caused for others."""
    return replace(
        outcome,
        tickets=outcome.tickets + more.tickets,
        events=outcome.events + more.events,
        pushes=outcome.pushes + more.pushes,
    )
