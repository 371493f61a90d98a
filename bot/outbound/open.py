"""Opens the outbound parts: everything that a push passes on its way out, and the fetching of people's files."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from bot.channels.port import Gateway
from bot.clock import Clock
from bot.outbound.journal import Journal
from bot.outbound.ledger import Ledger
from bot.outbound.media import MediaFetcher
from bot.outbound.templates import read_templates
from bot.outbound.worker import Worker
from bot.process import Process
from handlers.messages import Channel
from storage.queues.media import FileStore, MediaList
from storage.queues.outbox import Outbox


class Outbound(Struct, frozen=True):
    """The way out."""

    outbox: Outbox
    worker: Worker
    """Sends what the outbox holds."""
    media: MediaList
    """The files that are to be fetched."""
    files: FileStore
    """The files that were fetched."""
    fetcher: MediaFetcher


def open_outbound(process: Process, gateways: Mapping[Channel, Gateway], shared_clock: Clock) -> Outbound:
    """Returns the way out through these gateways. `shared_clock` is the database's: leases are written by it."""
    settings, outbox = process.settings, Outbox(process.engine)
    files, media = FileStore(settings.data_dir / "media"), MediaList(process.engine)
    worker = Worker(
        outbox=outbox,
        ledger=Ledger(outbox, Journal(settings.data_dir / "pushes"), process.clock, process.metrics),
        gateways=gateways,
        templates=read_templates(settings),
        site=settings.site,
        clock=shared_clock,
        metrics=process.metrics,
    )
    fetcher = MediaFetcher(wanted=media, files=files, gateways=gateways, clock=shared_clock, bus=process.shared.bus)
    return Outbound(outbox, worker, media, files, fetcher)
