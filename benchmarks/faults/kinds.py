"""What goes wrong: each fault is a function that makes it and takes it back while the traffic flows."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Awaitable, Callable

from msgspec import Struct

from benchmarks.faults.stand import PARTS, Stand, go_on
from benchmarks.faults.traffic import Traffic

AWAY_SECONDS = 5.0
DAYS_AHEAD = 10 * 86_400
AHEAD_SECONDS = 45.0
BACK = -3_600
BEAT_SECONDS = 90.0
"""How long the clock may need for its next look: its lease outlives a killed process by half a minute."""
_LOOK_SECONDS = 0.5

Make = Callable[[Stand, Traffic, int], Awaitable[None]]


class Kind(Struct, frozen=True):
    """A row of the table. `mounts`: it needs a disk of its own, which only root can have."""

    name: str
    title: str
    make: Make
    mounts: bool = False


async def _kills(stand: Stand, traffic: Traffic, rounds: int) -> None:
    shares = [len(range(first, rounds, len(PARTS))) for first in range(len(PARTS))]
    await asyncio.gather(*(_kill(stand, traffic, part, share) for part, share in zip(PARTS, shares, strict=True)))
    await _next_beat(stand, traffic)


async def _kill(stand: Stand, traffic: Traffic, part: str, times: int) -> None:
    """Kill this part again and again, the others going their own way."""
    for _ in range(times):
        if part == "web":
            await traffic.next_filed()
        await asyncio.sleep(stand.dice.uniform(0.1, 1.0))
        begun = time.monotonic()
        await stand.parts[part].kill()
        await stand.parts[part].start()
        if part == "web":
            await traffic.next_filed()
        traffic.tally.recoveries.append(time.monotonic() - begun)


async def _next_beat(stand: Stand, traffic: Traffic) -> None:
    """Until the clock beats again."""
    begun, before = time.monotonic(), await stand.beat()
    for _ in range(int(BEAT_SECONDS / _LOOK_SECONDS)):
        if await stand.beat() != before:
            break
        await asyncio.sleep(_LOOK_SECONDS)
    else:
        raise TimeoutError
    traffic.tally.recoveries.append(time.monotonic() - begun)


async def _database_away(stand: Stand, traffic: Traffic, _: int) -> None:
    await stand.to_database.cut()
    await asyncio.sleep(AWAY_SECONDS)
    await stand.to_database.join()
    await traffic.recovers()


async def _database_stopped(stand: Stand, traffic: Traffic, _: int) -> None:
    stopped = stand.stop_database()
    try:
        await asyncio.sleep(AWAY_SECONDS)
    finally:
        go_on(stopped)
    await traffic.recovers()


async def _database_crashed(stand: Stand, traffic: Traffic, _: int) -> None:
    for _ in range(3):
        stand.crash_database()
        await traffic.recovers()


async def _database_full(stand: Stand, traffic: Traffic, _: int) -> None:
    stand.database_drive.fill()
    await asyncio.sleep(2 * AWAY_SECONDS)
    stand.database_drive.empty()
    await traffic.recovers()


async def _nowhere_to_write(stand: Stand, traffic: Traffic, _: int) -> None:
    stand.data_drive.fill()
    await stand.to_database.cut()
    await asyncio.sleep(AWAY_SECONDS)
    stand.data_drive.empty()
    await stand.to_database.join()
    await traffic.recovers()


async def _redis_away(stand: Stand, traffic: Traffic, _: int) -> None:
    await stand.to_redis.cut()
    await asyncio.sleep(AWAY_SECONDS)
    await stand.to_redis.join()
    await traffic.recovers()


async def _redis_stopped(stand: Stand, traffic: Traffic, _: int) -> None:
    pid = await stand.redis_pid()
    os.kill(pid, signal.SIGSTOP)
    try:
        await asyncio.sleep(AWAY_SECONDS)
    finally:
        os.kill(pid, signal.SIGCONT)
    await traffic.recovers()


async def _redis_full(stand: Stand, traffic: Traffic, _: int) -> None:
    await stand.redis_memory("1")
    await asyncio.sleep(AWAY_SECONDS)
    await stand.redis_memory("0")
    await traffic.recovers()


async def _clock_ahead(stand: Stand, traffic: Traffic, _: int) -> None:
    stand.move(DAYS_AHEAD)
    await asyncio.sleep(AHEAD_SECONDS)
    stand.move(0)
    await traffic.recovers()
    await _next_beat(stand, traffic)


async def _clock_back(stand: Stand, traffic: Traffic, _: int) -> None:
    stand.move(BACK)
    try:
        await _next_beat(stand, traffic)
    finally:
        stand.move(0)
    await traffic.recovers()
    await _next_beat(stand, traffic)


KINDS: tuple[Kind, ...] = (
    Kind("kills", "kill -9 of web, worker and scheduler", _kills),
    Kind("database-away", f"database away for {AWAY_SECONDS:.0f} s", _database_away),
    Kind("database-stopped", f"database stopped (SIGSTOP) for {AWAY_SECONDS:.0f} s", _database_stopped),
    Kind("database-crashed", "database crashes three times", _database_crashed),
    Kind("database-full", f"database's disk full for {2 * AWAY_SECONDS:.0f} s", _database_full, mounts=True),
    Kind("nowhere", "database away and DATA_DIR full", _nowhere_to_write, mounts=True),
    Kind("redis-away", f"Redis away for {AWAY_SECONDS:.0f} s", _redis_away),
    Kind("redis-stopped", f"Redis stopped (SIGSTOP) for {AWAY_SECONDS:.0f} s", _redis_stopped),
    Kind("redis-full", f"Redis full for {AWAY_SECONDS:.0f} s", _redis_full),
    Kind("clock-ahead", f"clocks 10 days ahead for {AHEAD_SECONDS:.0f} s", _clock_ahead),
    Kind("clock-back", "clocks an hour back", _clock_back),
)
