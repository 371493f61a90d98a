"""From rounds to one table: medians over the rounds, and ratios taken within each round."""

from __future__ import annotations

import os
import platform
import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from benchmarks.subjects import SUBJECTS

SENDERS = {1: 250, 64: 1500}
"""How many send at once, and messages a round."""


class Round(Struct, frozen=True):
    """One subject, one number of senders, one turn. Times in seconds; `cpu` of the program, all of its messages."""

    subject: str
    senders: int
    messages: int
    seconds: float
    cpu: float
    database_cpu: float | None
    latencies: list[float]

    @property
    def cpu_each(self) -> float:
        """CPU microseconds a message."""
        return self.cpu / self.messages * 1e6


class Line(Struct, frozen=True):
    """One line of the table: medians. Microseconds of CPU a message, messages a second, milliseconds."""

    subject: str
    senders: int
    cpu: float
    times_bare: float
    database_cpu: float | None
    rate: float
    p50: float
    p99: float


def lines(rounds: Sequence[Round]) -> list[Line]:
    """The table, subjects in their order, few senders first."""
    made = []
    for senders in SENDERS:
        floor = [each.cpu_each for each in rounds if each.subject == SUBJECTS[0].name and each.senders == senders]
        for subject in SUBJECTS:
            mine = [each for each in rounds if each.subject == subject.name and each.senders == senders]
            if mine:
                made.append(_line(mine, floor))
    return made


def _line(mine: Sequence[Round], floor: Sequence[float]) -> Line:
    def median(of: Callable[[Round], float]) -> float:
        return statistics.median(map(of, mine))

    database = [each.database_cpu / each.messages * 1e6 for each in mine if each.database_cpu is not None]
    return Line(
        subject=mine[0].subject,
        senders=mine[0].senders,
        cpu=median(lambda each: each.cpu_each),
        times_bare=statistics.median(each.cpu_each / bare for each, bare in zip(mine, floor, strict=True)),
        database_cpu=statistics.median(database) if database else None,
        rate=median(lambda each: each.messages / each.seconds),
        p50=median(lambda each: _quantile(each.latencies, 0.50) * 1e3),
        p99=median(lambda each: _quantile(each.latencies, 0.99) * 1e3),
    )


def _quantile(values: Sequence[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def print_table(rounds: Sequence[Round], proofs: Sequence[str]) -> None:
    """What people read."""
    titles = {subject.name: subject.title for subject in SUBJECTS}
    print(f"\n{_machine()}; medians of {_turns(rounds)} rounds\n")
    head = f"{'':38}{'CPU µs':>8}{'× bare':>8}{'DB µs':>8}{'per s':>8}{'p50 ms':>8}{'p99 ms':>8}"
    senders = 0
    for line in lines(rounds):
        if line.senders != senders:
            senders = line.senders
            print(f"{senders} sender{'s' if senders > 1 else ''} at once\n{head}")
        database = "" if line.database_cpu is None else f"{line.database_cpu:.0f}"
        print(
            f"  {titles[line.subject]:36}{line.cpu:8.0f}{line.times_bare:8.1f}{database:>8}{line.rate:8.0f}"
            f"{line.p50:8.2f}{line.p99:8.2f}"
        )
    print()
    for proof in proofs:
        print(proof)


def _machine() -> str:
    load = os.getloadavg()[0]
    return f"Python {platform.python_version()}, {os.cpu_count()} cores, load {load:.1f}, program on one core, load and database on another"


def _turns(rounds: Sequence[Round]) -> int:
    return sum(1 for each in rounds if (each.subject, each.senders) == (rounds[0].subject, rounds[0].senders))


def save(rounds: Sequence[Round], proofs: Sequence[str], folder: Path) -> Path:
    """Keep the figures as JSON; every round, without each message's latency."""
    kept = {
        "machine": _machine(),
        "lines": lines(rounds),
        "rounds": [msgspec.structs.replace(each, latencies=[]) for each in rounds],
        "proofs": proofs,
    }
    path = folder / "benchmarks.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(kept), indent=2))
    return path
