"""Opens the inbound parts: everything that a message passes on its way in."""

from __future__ import annotations

from collections.abc import Sequence
from time import perf_counter

from msgspec import Struct

from bot.ids import keyed_hash
from bot.inbound.batcher import Batcher, Run
from bot.inbound.late_answers import LateAnswers
from bot.inbound.query_codes import CodeTries, guarded
from bot.inbound.receipts import Receipts
from bot.inbound.spool import Spool
from bot.monitoring.metrics import Metrics
from bot.process import Process
from handlers.messages import Incoming
from storage.queries.journeys import Archive
from storage.queues.outbox import Outbox
from storage.transactions.messages import Answer


class Inbound(Struct, frozen=True):
    """The way in."""

    batcher: Batcher
    """Decides messages, many in one transaction."""
    late: LateAnswers
    """Queues answers that missed the passive reply."""
    receipts: Receipts
    """Takes note of pushes that answer nobody."""
    spool: Spool
    """Keeps messages on this disk while the database is away."""


def open_inbound(process: Process, run: Run, outbox: Outbox) -> Inbound:
    """Returns the way in. `run` decides a batch; late answers go through `outbox`."""
    engine, shared = process.engine, process.shared
    spool = Spool(process.settings.data_dir / "spool")
    spool.open()
    late = LateAnswers(outbox, Archive(engine), spool, process.clock, shared.bus)
    tries = CodeTries(shared.limiter, keyed_hash(process.secret_key))
    flights = 1 if engine.dialect.name == "sqlite" else 2
    batcher = Batcher(guarded(_timed(run, process.metrics), tries), late.answer, flights=flights)
    process.metrics.messages.watch_oldest(batcher.oldest)
    return Inbound(batcher, late, Receipts(outbox), spool)


def _timed(run: Run, metrics: Metrics) -> Run:
    async def timed(batch: Sequence[Incoming]) -> list[Answer]:
        begun = perf_counter()
        answers = await run(batch)
        metrics.decisions.committed(len(batch), perf_counter() - begun)
        return answers

    return timed
