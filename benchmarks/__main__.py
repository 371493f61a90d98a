"""`python -m benchmarks [NAMES]`: the cost of one message, ours beside other bots', in one run.

Programs are measured in turns, several short rounds each, because the machine may be busy with other things: look at the
ratios, which are taken within one round, rather than at microseconds. The readings (`understanding`, `review` …) measure how
well and how fast words are read, on the data beside the checkout; without names everything is measured.

`python -m benchmarks fuzz [SEED …]` sends hostile inputs instead (benchmarks/fuzz.py).
`python -m benchmarks faults [NAME …]` prints what faults cost (benchmarks/faults).
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from itertools import islice
from pathlib import Path

import uvloop

from benchmarks import (
    answers,
    bounds,
    clock,
    dangers,
    deadlines,
    fuzz,
    load,
    offers,
    published,
    rankings,
    review,
    similar,
    understanding,
)
from benchmarks.appeals import texts
from benchmarks.faults import __main__ as faults
from benchmarks.processes import cores, cpu_seconds
from benchmarks.pushes import opened, requests
from benchmarks.report import SENDERS, Round, print_table, save
from benchmarks.subjects import SUBJECTS, Place, Started, Subject, filed
from handlers.tickets import numbers

_ARTIFACTS = Path(__file__).parents[1] / "artifacts"
_WARM_UP = 200
_IDS = 1_000_000
"""Message ids set aside for one subject."""

_READINGS: dict[str, Callable[[], None]] = {
    "understanding": understanding.main,
    "review": review.run,
    "answers": answers.run,
    "published": published.run,
    "similar": similar.run,
    "offers": offers.run,
    "rankings": rankings.run,
    "deadlines": deadlines.run,
    "clock": clock.run,
    "dangers": dangers.main,
    "hostile": bounds.run,
}
"""What is measured without a bot, by name: each prints its own table."""


class _Measured:
    """A running subject with its supply of messages, and all it answered."""

    def __init__(self, subject: Subject, started: Started, first_id: int) -> None:
        self.subject = subject
        self.started = started
        self.bodies: list[bytes] = []
        self._texts = texts()
        self._next_id = first_id

    def round(self, messages: int, senders: int) -> Round:
        """Send that many new messages and account for them."""
        batch = requests(islice(self._texts, messages), self._next_id, safe=self.subject.safe)
        self._next_id += messages
        gc.collect()
        before = self._cpu()
        run = uvloop.run(load.run(self.started.port, batch, senders))
        after = self._cpu()
        self.bodies += run.bodies
        return Round(
            subject=self.subject.name,
            senders=senders,
            messages=messages,
            seconds=run.seconds,
            cpu=after[0] - before[0],
            database_cpu=None if after[1] is None or before[1] is None else after[1] - before[1],
            latencies=run.latencies,
        )

    def _cpu(self) -> tuple[float, float | None]:
        database = self.started.database_pid
        return cpu_seconds(self.started.pid), None if database is None else cpu_seconds(database)

    def prove(self) -> str:
        """Raise unless every message is one ticket and every reply names its own; a line that says so."""
        if not self.subject.files or self.started.settings is None:
            return ""
        found = asyncio.run(filed(self.started.settings))
        named = [number for body in self.bodies for number in numbers.find(opened(body))]
        sent = len(self.bodies)
        if len(named) != sent or set(named) != found.numbers:
            odd = next((text for body in self.bodies if not numbers.find(text := opened(body))), "")
            raise RuntimeError(
                f"{self.subject.name}: {sent} sent, {len(set(named))} named, {len(found.numbers)} filed; {odd}"
            )
        if any(found.rows[table] != sent for table in ("tickets", "events", "inbox", "people")):
            raise RuntimeError(f"{self.subject.name}: {sent} sent, rows {found.rows}")
        return f"{self.subject.name}: {sent} messages, {found.rows['tickets']} tickets, {sent} replies with numbers of their own, {found.rows['outbox']} pushes queued"


def _measure(subjects: list[Subject], rounds: int, scale: float) -> tuple[list[Round], list[str]]:
    core, other = cores()
    os.sched_setaffinity(0, {other})
    taken: list[Round] = []
    _ARTIFACTS.mkdir(exist_ok=True)
    with ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=_ARTIFACTS, prefix="bench-")))
        running = [stack.enter_context(_started(subject, home, core, other, n)) for n, subject in enumerate(subjects)]
        for measured in running:
            measured.round(_WARM_UP, max(SENDERS))
        for number in range(rounds):
            for measured in running:
                for senders, messages in SENDERS.items():
                    taken.append(measured.round(int(messages * scale), senders))
            sys.stderr.write(f"round {number + 1} of {rounds}\n")
        return taken, [line for measured in running if (line := measured.prove())]


@contextmanager
def _started(subject: Subject, home: Path, core: int, other: int, number: int) -> Iterator[_Measured]:
    folder = home / subject.name
    folder.mkdir()
    with subject.start(Place(folder, core, other)) as started:
        yield _Measured(subject, started, (number + 1) * _IDS)


def main() -> None:
    """Measure what is named, print one table, keep the figures."""
    if sys.argv[1:2] == ["fuzz"]:
        sys.exit(fuzz.main(sys.argv[2:]))
    if sys.argv[1:2] == ["faults"]:
        sys.exit(faults.main(sys.argv[2:]))
    names = [subject.name for subject in SUBJECTS]
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        choices=[[], *names, *_READINGS],
        metavar="NAME",
        help=", ".join([*names, *_READINGS]),
    )
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--scale", type=float, default=1.0, help="messages per round, as a multiple of the usual")
    chosen = parser.parse_args()
    wanted = set(chosen.names or [*names, *_READINGS])
    bots = wanted.intersection(names)
    if bots:
        bots.add(names[0])
        subjects = [subject for subject in SUBJECTS if subject.name in bots]
        rounds, proofs = _measure(subjects, chosen.rounds, chosen.scale)
        print_table(rounds, proofs)
        print(f"kept in {save(rounds, proofs, _ARTIFACTS)}")
    for name, measure in _READINGS.items():
        if name in wanted:
            print(f"\n{name}")
            measure()


if __name__ == "__main__":
    main()
