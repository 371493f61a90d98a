"""Classification of database errors: what an error in a transaction means for the writer."""

from __future__ import annotations

from enum import Enum

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_ERRORS = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Every exception that opening or using a database can raise."""

# https://www.postgresql.org/docs/current/errcodes-appendix.html. 0A000 is what a connection says once after a migration
# changed a table under its prepared statements.
_BUSY_CODES = frozenset({"40001", "40P01", "55P03", "0A000"})
_REFUSED_CLASSES = frozenset({"22", "54"})


class WriteError(Enum):
    """What a writer does after an error."""

    AWAY = "away"
    """The database cannot be written: keep the message and try later."""

    BUSY = "busy"
    """Other writers hold a lock: try again at once."""

    COLLISION = "collision"
    """Another writer was first: decide again on fresh data."""

    REFUSED = "refused"
    """The database will never accept these values."""

    BROKEN = "broken"
    """A mistake of the program with one of the messages."""


def classify(error: BaseException) -> WriteError:
    """Returns what this error means for the writer."""
    if isinstance(error, IntegrityError):
        return WriteError.COLLISION
    code = code_of(error)
    if code is not None:
        if code in _BUSY_CODES:
            return WriteError.BUSY
        return WriteError.REFUSED if code[:2] in _REFUSED_CLASSES else WriteError.AWAY
    if isinstance(error, DBAPIError):
        return _classify_sqlite(error)
    if isinstance(error, UnicodeError | OverflowError):
        return WriteError.REFUSED
    # An engine without a free connection, a socket that does not open, a server that hangs up while one logs in.
    return WriteError.AWAY if isinstance(error, PoolTimeout | OSError | asyncpg.InterfaceError) else WriteError.BROKEN


def _classify_sqlite(error: DBAPIError) -> WriteError:
    if error.connection_invalidated:
        return WriteError.AWAY
    if isinstance(error, OperationalError):
        return WriteError.BUSY if "is locked" in str(error.orig) else WriteError.AWAY
    return WriteError.REFUSED


def code_of(error: BaseException) -> str | None:
    """Returns PostgreSQL's SQLSTATE of the error. None when it has none."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlstate", None)
    return code if isinstance(code, str) else None
