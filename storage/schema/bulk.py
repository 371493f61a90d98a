"""Bulk INSERTs handed to the driver directly: compiled once, rows turned into tuples here.

SQLAlchemy processes every value of every row of a bulk statement, a twentieth of the CPU time of a busy process. The
statements are still built from the tables, and errors are still SQLAlchemy's.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, Dialect
from sqlalchemy.sql.dml import Insert

from storage.schema.rows import Row
from storage.schema.tables import Instant, to_micros


class Bulk:
    """One INSERT of whole rows. `make` returns the statement for a dialect's name."""

    def __init__(self, make: Callable[[str], Insert]) -> None:
        self._make = make
        self._ready: dict[str, tuple[str, itemgetter[Any]]] = {}
        self._times: tuple[str, ...] = ()

    def run(self, db: Connection, rows: Sequence[Row]) -> None:
        """Insert these rows, whose keys are the table's columns. Datetimes in them are replaced by microseconds."""
        if not rows:
            return
        sql, values = self._ready.get(db.dialect.name) or self._compile(db.dialect)
        for row in rows:
            for name in self._times:
                at = row[name]
                if at is not None:
                    row[name] = to_micros(at)
        db.exec_driver_sql(sql, list(map(values, rows)))

    def _compile(self, dialect: Dialect) -> tuple[str, itemgetter[Any]]:
        statement = self._make(dialect.name)
        table = statement.table
        compiled = statement.compile(dialect=dialect, column_keys=[column.name for column in table.columns])
        self._times = tuple(column.name for column in table.columns if isinstance(column.type, Instant))
        names = compiled.positiontup
        assert names is not None, "both drivers take values by position"
        ready = str(compiled), itemgetter(*names)
        self._ready[dialect.name] = ready
        return ready
