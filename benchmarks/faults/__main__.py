"""`python -m benchmarks faults [NAMES] [--rounds N]`: each fault in turn under load, one table at the end.

Takes about twelve minutes on two cores. Exit status 1 when something that must be 0 is not, or what is stored does not follow
from its events.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.faults import table
from benchmarks.faults.kinds import KINDS, Kind
from benchmarks.faults.stand import ROOT, Stand, opened
from benchmarks.faults.traffic import Tally, Traffic, appeals

_BEFORE_SECONDS = 3.0
_LONGEST_SECONDS = 900.0
"""For one fault: what takes longer is told and counted as it is."""


async def _run(build: Path, kinds: Sequence[Kind], rounds: int) -> int:
    async with opened(build) as stand:
        print(f"logs in {stand.folder}", file=sys.stderr)
        words, names, tallies, troubles = appeals(), [], [], []
        for number, kind in enumerate(kinds, 1):
            if kind.mounts and not stand.data_drive.mounted:
                troubles.append(f"{kind.name}: left out, it needs root to mount a small disk")
                continue
            traffic = Traffic(stand, number, words)
            begun = time.monotonic()
            trouble = await _under_load(stand, traffic, kind, rounds)
            print(f"{kind.name}: {time.monotonic() - begun:.0f} s {trouble}", file=sys.stderr)
            troubles += [trouble] if trouble else []
            names.append(kind.title)
            tallies.append(traffic.tally)
        return await _judge(stand, names, tallies, troubles)


async def _under_load(stand: Stand, traffic: Traffic, kind: Kind, rounds: int) -> str:
    """Make the fault; "" when it went by, otherwise what did not come back."""
    try:
        async with asyncio.timeout(_LONGEST_SECONDS), traffic.flowing():
            await asyncio.sleep(_BEFORE_SECONDS)
            await kind.make(stand, traffic, rounds)
    except TimeoutError:
        return f"{kind.name}: no recovery within the time there was"
    return ""


async def _judge(stand: Stand, names: Sequence[str], tallies: Sequence[Tally], troubles: list[str]) -> int:
    left = await table.settle(stand)
    costs = await table.count(stand, names, tallies)
    code, said = await stand.run("rebuild", "--check")
    print(table.printed(costs))
    print(f"\nrebuild --check: {said.strip().splitlines()[-1]}")
    for trouble in [*troubles, *([left] if left else [])]:
        print(trouble)
    return 0 if all(cost.clean for cost in costs) and not code and not troubles and not left else 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the command line, run, print; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks faults", description=__doc__)
    known = {kind.name: kind for kind in KINDS}
    parser.add_argument("names", nargs="*", choices=[[], *known], metavar="NAME", help=", ".join(known))
    parser.add_argument("--rounds", type=int, default=40, help="kills, shared out among the parts")
    parser.add_argument("--build", type=Path, default=ROOT, help="another checkout to try")
    given = parser.parse_args(arguments)
    kinds = [known[name] for name in given.names or known]
    return asyncio.run(_run(given.build.resolve(), kinds, given.rounds))


if __name__ == "__main__":
    sys.exit(main())
