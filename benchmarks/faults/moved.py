"""`python moved.py ARGUMENTS`: `python -m bot ARGUMENTS` with a clock that can be moved while it runs.

The file named by FAULT_CLOCK holds by how many seconds host and database are ahead. Imports nothing but the bot that PYTHONPATH
names, so that another build can be tried as well.
"""

from __future__ import annotations

import os
import runpy
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.clock import SystemClock

_FILE = Path(os.environ["FAULT_CLOCK"])


def _ahead() -> timedelta:
    return timedelta(seconds=float(_FILE.read_text("ascii") or 0))


def _now(_: SystemClock) -> datetime:
    return datetime.now(UTC) + _ahead()


def _by(_: SystemClock, server: datetime) -> datetime:
    return server + _ahead()


if __name__ == "__main__":
    setattr(SystemClock, "now", _now)  # noqa: B010 - a method of somebody else's class
    setattr(SystemClock, "by", _by)  # noqa: B010
    runpy.run_module("bot", run_name="__main__", alter_sys=True)
