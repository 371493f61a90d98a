"""What an error out of a transaction means for whoever was writing, told apart in one place."""

from __future__ import annotations

from enum import Enum

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

DATABASE_ERRORS = (SQLAlchemyError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError)
"""Everything that opening or using a database can raise."""

# https://www.postgresql.org/docs/current/errcodes-appendix.html. 0A000 is what a connection says once after a migration
# changed a table under its prepared statements.
_BUSY_CODES = frozenset({"40001", "40P01", "55P03", "0A000"})
_REFUSED_CLASSES = frozenset({"22", "54"})


class WriteError(Enum):
    """How to go on after an error."""

    AWAY = "away"
    """Nobody can write now: keep the message and come back."""
    BUSY = "busy"
    """Others are writing: try again at once."""
    COLLISION = "collision"
    """Another writer was first: decide again on fresh data."""
    REFUSED = "refused"
    """The database will never take these values."""
    BROKEN = "broken"
    """Our own mistake with one of the messages."""


def classify(error: BaseException) -> WriteError:
    """What this error means."""
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
    """PostgreSQL's SQLSTATE, None when the error has none."""
    original = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(original, "sqlstate", None)
    return code if isinstance(code, str) else None
