"""Numbers of 整改 items: 整〔2026〕0003号 on documents and pages, Z26003 in commands.

The letter tells the short form from a ticket's number, which has at least eight digits and no letter.
"""

from __future__ import annotations

import re
from datetime import datetime

from handlers.calendar.zone import local

LETTER = "Z"
_SERIAL_DIGITS = 3

# Text as the grammar folds it: half width, small letters. Years as for tickets: from 25 on.
_YEAR = r"(?:20)?(?P<year{0}>2[5-9]|[3-5]\d)"
# Match: z26003 | 整改z-2026-0003 | 整〔2026〕3号 | 整26003
# Not: 26003 | z24003
_MARKED = re.compile(
    rf"(?:整改?)?(?:编号)?\s*z\s*+(?:[-_]\s*+)?{_YEAR.format(1)}\s*+(?:-\s*+)?(?P<serial1>\d{{3,4}})(?!\d)"
    rf"|整改?\s*[〔\[(【{{]\s*{_YEAR.format(2)}\s*[〕\])】}}]\s*+(?:第\s*+)?(?P<serial2>\d{{1,4}})(?!\d)\s*号?"
    rf"|整改?\s*{_YEAR.format(3)}-?(?P<serial3>\d{{3,4}})(?!\d)"
)
_BARE = re.compile(rf"{_YEAR.format(1)}(?P<serial1>\d{{3,4}})(?!\d)")


def number(year: int, serial: int) -> str:
    """Returns a number such as 整〔2026〕0003号."""
    return f"整〔{year}〕{serial:04d}号"


def key(year: int, serial: int) -> str:
    """Returns a short number such as Z26003, which people type."""
    return f"{LETTER}{year % 100:02d}{serial:0{_SERIAL_DIGITS}d}"


def key_of(number: str) -> str:
    """Returns the short form of 整〔2026〕0003号. Empty when it is no such number."""
    found = read(number)
    return found[0] if found else ""


def year_of(now: datetime) -> int:
    """Returns the year in whose series an item of this moment is numbered."""
    return local(now).year


def read(seen: str, at: int = 0, bare: bool = False) -> tuple[str, int] | None:
    """Returns the short form of the number at this position of a folded text, and where it ends. None for none.

    `bare`: the letter may be missing, where only an item's number can stand.
    """
    found = _MARKED.match(seen, at) or (_BARE.match(seen, at) if bare else None)
    if found is None:
        return None
    parts = {name.rstrip("123"): text for name, text in found.groupdict().items() if text}
    serial = int(parts["serial"])
    return (key(int(parts["year"]), serial), found.end()) if serial else None
