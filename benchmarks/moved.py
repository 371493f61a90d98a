"""The service under clocks that somebody set wrong, for fault tables: `python -m benchmarks.moved FILE [web|worker|scheduler]`.

FILE holds two whole numbers, the seconds that this host's clock and the database's are ahead ("864000 0"); it is read at
every look, so that a test moves the clocks of a running process by writing it. Without it the clocks are right. On SQLite the database has
no clock but the host's. The service itself has no such switch: nothing in its settings makes its clock wrong.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import uvloop

from bot.config import read_settings
from bot.monitoring.logs import configure
from bot.serve import Service, run_until_stopped
from bot.wiring import open_parts
from scheduler.jobs import EVERYTHING, ServicePart


class FileClock:
    """The machine's clocks, each ahead by what the file says; the seconds that pass are the machine's."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def now(self) -> datetime:
        """The host's time as it was set."""
        return datetime.now(UTC) + self._ahead()[0]

    def elapsed(self) -> float:
        """Seconds of the machine's monotonic clock, which nobody sets."""
        return monotonic()

    def by(self, server: datetime) -> datetime:
        """The database's time as it was set."""
        return server + self._ahead()[1]

    def _ahead(self) -> tuple[timedelta, timedelta]:
        try:
            host, database = self._file.read_text("ascii").split()
        except (FileNotFoundError, ValueError):
            # Not there, or just being written.
            return timedelta(), timedelta()
        return timedelta(seconds=int(host)), timedelta(seconds=int(database))


async def main(file: Path, which: frozenset[ServicePart]) -> None:
    """Serve until stopped, on a database that is there already."""
    settings = read_settings()
    configure(as_json=settings.log_json)
    async with open_parts(settings, FileClock(file)) as parts:
        await run_until_stopped(Service(parts, which))


if __name__ == "__main__":
    uvloop.run(main(Path(sys.argv[1]), frozenset(map(ServicePart, sys.argv[2:])) or EVERYTHING))
