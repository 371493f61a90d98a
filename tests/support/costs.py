"""Whether a reader costs as much as its text is long, judged so that a busy machine does not matter.

`python -m benchmarks hostile` prints the costs and holds the tight bounds. A test only tells a square from a line.
"""

from __future__ import annotations

from benchmarks.bounds import LENGTH, MOST_SECONDS, TOO_LITTLE, Cost, cost
from benchmarks.hostile_readers import Read
from benchmarks.hostile_texts import Hostile
from storage.transactions.budget import Budget, OverBudget

GIVE_UP = 60.0
"""Seconds: what is exponential would go on for years."""
MOST_GROWTH = 10.0
"""Times the cost for four times the text: four for a line, sixteen for a square; what lies between is the machine."""
SLACK = 10
"""Times the bound of the benchmark: what shares the processor takes its caches and its clock rate, too."""
ATTEMPTS = 4
"""A text is too slow when no measurement of so many is in bounds: others on the machine only ever add."""


def too_slow(read: Read, hostile: Hostile, length: int = LENGTH) -> str:
    """What is wrong with this reader on this text, "" for nothing."""
    found = ""
    for _ in range(ATTEMPTS):
        try:
            found = _wrong(Budget(GIVE_UP).within(lambda: cost(read, hostile, length)), length)
        except OverBudget:
            return f"{hostile} of {length}: not done after {GIVE_UP} s"
        if not found:
            break
    return found


def _wrong(found: Cost, length: int) -> str:
    if found.growth > MOST_GROWTH and found.whole > 3 * TOO_LITTLE:
        return f"{found.hostile} of {length}: {found.whole * 1e3:.0f} ms, {found.growth:.1f} times a quarter's"
    if found.whole > SLACK * MOST_SECONDS * length / LENGTH:
        return f"{found.hostile} of {length}: {found.whole * 1e3:.0f} ms"
    return ""
