"""Office hours of a unit: when its working day begins and ends, on China's clock."""

from __future__ import annotations

import re
from datetime import time
from functools import lru_cache

from msgspec import Struct

from handlers.calendar.zone import SHANGHAI


class Hours(Struct, frozen=True, cache_hash=True):
    """Office hours on a working day."""

    opens: time
    closes: time


_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


@lru_cache(maxsize=512)
def hours(opens: str, closes: str) -> Hours:
    """Returns the hours of two texts such as "09:00" and "18:00". Raises ValueError when they are no times, or the
    second is not later.
    """
    found = Hours(_time(opens), _time(closes))
    if found.opens >= found.closes:
        raise ValueError(f"office hours end after they begin, not from {opens} to {closes}")
    return found


def _time(words: str) -> time:
    found = _TIME.fullmatch(words)
    if found is None:
        raise ValueError(f"a time of day is written as 09:00, not {words!r}")
    return time(int(found[1]), int(found[2]), tzinfo=SHANGHAI)


USUAL = hours("09:00", "18:00")
"""Hours of units that have none of their own."""
