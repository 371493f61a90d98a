"""`python -m benchmarks hostile`: what the worst texts cost each reader, and what one who sends them costs everybody else."""

from __future__ import annotations

import asyncio
import os
import statistics
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from time import thread_time

import uvloop
from msgspec import Struct

from benchmarks import load
from benchmarks.appeals import texts
from benchmarks.hostile_readers import Read, readers
from benchmarks.hostile_texts import FAMILIES, Hostile
from benchmarks.processes import cores
from benchmarks.pushes import requests
from benchmarks.subjects import SUBJECTS, Place

LENGTH = 2000
"""Characters: what the platform lets a person type is 2,048 bytes."""
MOST_SECONDS = 0.05
MOST_GROWTH = 6.0
"""Times the cost for four times the text."""
TOO_LITTLE = 0.004
"""Seconds below which a ratio says more about the machine than about the reader."""

_HOPELESS = 1.0
"""Seconds from which it need not be measured again."""

_SENDERS, _MESSAGES, _ROUNDS = 64, 1500, 3
_EVIL_TEXTS = 40


class Cost(Struct, frozen=True):
    """Seconds of CPU for a text and for a quarter of it."""

    hostile: Hostile
    whole: float
    quarter: float

    @property
    def growth(self) -> float:
        """How many times a quarter's cost; 0 where it is too little to tell."""
        return self.whole / self.quarter if self.quarter and self.whole > TOO_LITTLE else 0.0

    @property
    def bounded(self) -> bool:
        """Whether the reader keeps both bounds on this text."""
        return self.whole <= MOST_SECONDS and self.growth <= MOST_GROWTH


def cpu(work: Callable[[], object], times: int) -> float:
    """The least CPU time of so many calls, in seconds: others on the machine only ever add."""
    least = float("inf")
    for _ in range(times):
        before = thread_time()
        work()
        least = min(least, thread_time() - before)
    return least


def cost(read: Read, hostile: Hostile, length: int = LENGTH) -> Cost:
    """What this text costs this reader; measured again, up to three times, where it seems too much."""
    whole, quarter = hostile.text(length), hostile.text(length // 4)
    found = Cost(hostile, cpu(lambda: read(whole), 1), 0.0)
    for times in (2, 4, 8):
        if found.whole <= TOO_LITTLE or found.whole > _HOPELESS:
            break
        found = Cost(hostile, min(found.whole, cpu(lambda: read(whole), times)), cpu(lambda: read(quarter), times))
        if found.bounded:
            break
    return found


def run() -> None:
    """Print both tables."""
    worst = _print_readers()
    _print_others(worst)


def _print_readers() -> list[Hostile]:
    """The worst text of each reader; what they are."""
    found = {
        name: max(
            (cost(read, hostile) for family in FAMILIES.values() for hostile in family), key=lambda each: each.whole
        )
        for name, read in readers().items()
    }
    count = sum(map(len, FAMILIES.values()))
    print(
        f"{len(found)} readers, {count} texts of {LENGTH} characters in {len(FAMILIES)} families; CPU ms of the worst\n"
    )
    for name, each in sorted(found.items(), key=lambda row: -row[1].whole):
        growth = f"x{each.growth:.1f}" if each.growth else "-"
        mark = "" if each.bounded else "  OVER"
        print(f"{name:45} {each.whole * 1e3:7.2f}  {growth:>6}  {each.hostile.head!r} + {each.hostile.item!r}{mark}")
    return [each.hostile for each in found.values()]


def _print_others(worst: list[Hostile]) -> None:
    """Latencies of 64 ordinary senders, alone and while one more sends nothing but hostile texts, in turns."""
    core, other = cores()
    os.sched_setaffinity(0, {other})
    subject = next(subject for subject in SUBJECTS if subject.name == "sqlite")
    quiet: list[list[float]] = []
    beside: list[list[float]] = []
    with (
        tempfile.TemporaryDirectory(prefix="hostile-") as home,
        subject.start(Place(Path(home), core, other)) as started,
    ):
        supply, number = texts(), 1

        def ordinary() -> list[bytes]:
            nonlocal number
            number += _MESSAGES
            return requests(islice(supply, _MESSAGES), number, safe=subject.safe)

        uvloop.run(load.run(started.port, ordinary(), _SENDERS))
        for turn in range(_ROUNDS):
            quiet.append(uvloop.run(load.run(started.port, ordinary(), _SENDERS)).latencies)
            evil = [hostile.text(LENGTH) for hostile in worst[:_EVIL_TEXTS]] * 50
            sent = requests(map(_sendable, evil), 50_000_000 + turn * 10_000, safe=subject.safe)
            beside.append(uvloop.run(_together(started.port, ordinary(), sent)))
    print(f"\n{_SENDERS} ordinary senders, milliseconds      p50     p99     most")
    for name, rounds in (("alone", quiet), ("beside one hostile sender", beside)):
        p50, p99, most = (
            statistics.median(_quantile(each, share) for each in rounds) * 1e3 for share in (0.5, 0.99, 1.0)
        )
        print(f"{name:36} {p50:7.1f} {p99:7.1f} {most:8.1f}")


async def _together(port: int, ordinary: list[bytes], evil: list[bytes]) -> list[float]:
    """Latencies of the ordinary ones while one sender sends hostile texts all the time."""
    attack = asyncio.create_task(load.run(port, evil, 1))
    try:
        return (await load.run(port, ordinary, _SENDERS)).latencies
    finally:
        attack.cancel()
        await asyncio.gather(attack, return_exceptions=True)


def _sendable(text: str) -> str:
    """What fits an XML push."""
    return "".join(char for char in text if char >= " " and not "\ud800" <= char <= "\udfff").replace("]]>", "")


def _quantile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
