"""The time zone shown to people: Asia/Shanghai, a fixed UTC+8 (China gave up summer time in 1991)."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone

SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")


def local(at: datetime) -> datetime:
    """Returns the same moment on a clock in China."""
    return at.astimezone(SHANGHAI)


def day_of(at: datetime) -> date:
    """Returns the day in China on which the moment falls."""
    return at.astimezone(SHANGHAI).date()
