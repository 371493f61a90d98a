"""`python -m bot serve`: runs the service."""

from __future__ import annotations

import gc
from typing import Annotated

import typer

from bot.app import create_app
from bot.cli.base import command, configured
from bot.clock import SystemClock
from bot.inbound.door import MOST, Door, room_for
from bot.sandbox.serve import serve_sandbox
from bot.serve import Service, run_until_stopped
from bot.wiring import open_database, open_parts
from scheduler.jobs import EVERYTHING, ServicePart
from storage.migrations import migrate as schema


def _set_memory_aside() -> None:
    """Keep the garbage collector off the dictionaries, which stay for good, and let it look less often at a busy heap."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


@command
async def run(
    only: Annotated[ServicePart | None, typer.Option(help="只运行其中一部分：web、worker 或 scheduler")] = None,
) -> None:
    """Run the service: everything in one process, or one part of it (web, worker, scheduler)."""
    settings = configured()
    if settings.sandbox:
        await serve_sandbox(settings)
        return
    if not settings.database_url:
        async with open_database(settings) as engine:
            await schema.upgrade(engine)
    async with open_parts(settings, SystemClock()) as parts:
        _set_memory_aside()
        app = create_app(parts, door=Door(most=room_for(MOST)))
        await run_until_stopped(Service(parts, frozenset({only}) if only else EVERYTHING, app))
