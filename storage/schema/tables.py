"""The database tables. Columns are what a query searches or locks by; `doc` columns hold the whole domain value as
JSON.

`events` is the log from which tickets are derived. Its primary key (ticket, seq) makes two writers of one ticket
collide instead of overwriting each other. `inbox` holds every message once, with its reply.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Dialect,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.types import TypeDecorator

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def to_micros(at: datetime) -> int:
    """Returns whole microseconds since 1970 UTC. Raises TypeError for a naive datetime."""
    return (at - _EPOCH) // _MICROSECOND


def from_micros(micros: int) -> datetime:
    """Returns the aware UTC time of microseconds since 1970."""
    return _EPOCH + timedelta(microseconds=micros)


class Instant(TypeDecorator[datetime]):
    """An aware time stored as an integer: microseconds since 1970 UTC.

    SQLite has no time zones; integers sort, index and bind the same on both databases.
    """

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(value)


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class OutboxState(StrEnum):
    """State of a push: pending -> sending -> sent; or parked -> told, dead, uncertain.

    A row `sending` past its `due_at` belongs to a dead worker. Without `unsure_at` nothing was sent, and it is claimed
    again. With it the message may have arrived: the row becomes uncertain, and only an operator sends it again.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    PARKED = "parked"
    """It could not be sent; the text is added to the reply to the person's next message."""

    TOLD = "told"
    DEAD = "dead"
    """It failed for good; an operator looks at it."""

    UNCERTAIN = "uncertain"


class MediaState(StrEnum):
    """State of a file: wanted -> fetching -> kept, or lost for good."""

    WANTED = "wanted"
    FETCHING = "fetching"
    KEPT = "kept"
    LOST = "lost"


def spelled(*states: StrEnum) -> list[ColumnElement[str]]:
    """Returns the states as SQL literals. Only with literals does a database see that a partial index covers the rows."""
    return [literal_column(f"'{state.value}'") for state in states]


people = Table(
    "people",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("channel", String(16), nullable=False),
    Column("openid", String(128), nullable=False),
    Column("since", Instant, nullable=False),
    Column("following", Boolean, nullable=False),
    Column("named", Boolean),
    Column("public", Boolean),
    Column("called", Text, nullable=False),
    Column("reach_until", Instant),
    Column("reach_left", Integer, nullable=False),
    Column("parked", Integer, nullable=False),
    Column("minute", BigInteger, nullable=False),
    Column("in_minute", Integer, nullable=False),
    Column("talk", Text),
    UniqueConstraint("channel", "openid"),
)
units = Table(
    "units",
    metadata,
    Column("id", String(64), primary_key=True),
    Column("name", String(128), nullable=False),
    Column("level", String(16), nullable=False),
    Column("parent_id", String(64)),
    Column("area", String(64), nullable=False),
    Column("phone", String(64), nullable=False),
    Column("aliases", Text, nullable=False),
    Column("opens", String(5), nullable=False, server_default="09:00"),
    Column("closes", String(5), nullable=False, server_default="18:00"),
)

routes = Table(
    "routes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("unit_id", String(64), nullable=False),
    Column("category", String(32), nullable=False),
    Column("area", String(64), nullable=False),
    Column("words", Text, nullable=False),
)

staff = Table(
    "staff",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("unit_id", String(64), nullable=False),
    Column("role", String(16), nullable=False),
    Column("name", String(64), nullable=False),
    Column("person_id", BigInteger, unique=True),
    Column("invite_hash", String(64), unique=True),
    Column("invite_until", BigInteger, nullable=False),
    Column("deputy_id", BigInteger),
    Column("away_from", Instant),
    Column("away_until", Instant),
)

settings = Table(
    "settings",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("value", BigInteger, nullable=False),
    Column("words", Text, nullable=False, server_default=""),
)

migration_steps = Table(
    "migration_steps",
    metadata,
    Column("name", String(64), primary_key=True),
    Column("reached", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)

leases = Table(
    "leases",
    metadata,
    Column("name", String(32), primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("until", Instant, nullable=False),
)

SENDER_MARK = 32
"""Length of a sender's mark in the inbox, in hexadecimal digits."""

inbox = Table(
    "inbox",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("key", String(160), primary_key=True),
    # Empty in rows of the program before revision 0005, which took channel and key for the whole identity.
    Column("sender", String(SENDER_MARK), primary_key=True, server_default=""),
    Column("person_id", BigInteger, nullable=False),
    Column("received_at", Instant, nullable=False),
    Column("body", Text, nullable=False),
    Column("reply", Text),
    Column("failed", Boolean, nullable=False),
)
Index("ix_inbox_received_at", inbox.c.received_at)
Index("ix_inbox_failed", inbox.c.received_at, sqlite_where=text("failed"), postgresql_where=text("failed"))

tickets = Table(
    "tickets",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("number", String(24), nullable=False, unique=True),
    Column("token", String(64), nullable=False, unique=True),
    Column("person_id", BigInteger, nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("filed_at", Instant, nullable=False),
    Column("reply_by", Instant, nullable=False),
    Column("replied_at", Instant),
    Column("rating", Integer),
    Column("version", Integer, nullable=False),
    Column("doc", Text, nullable=False),
    Column("joined_to", BigInteger),
    Column("look_at", Instant),
    Column("owes_at", Instant),
    Column("published_at", Instant),
)
Index(
    "ix_tickets_published",
    tickets.c.published_at,
    tickets.c.id,
    sqlite_where=text("published_at IS NOT NULL"),
    postgresql_where=text("published_at IS NOT NULL"),
)
Index(
    "ix_tickets_owes",
    tickets.c.unit_id,
    tickets.c.owes_at,
    sqlite_where=text("owes_at IS NOT NULL"),
    postgresql_where=text("owes_at IS NOT NULL"),
)
Index(
    "ix_tickets_look",
    tickets.c.look_at,
    tickets.c.id,
    sqlite_where=text("look_at IS NOT NULL"),
    postgresql_where=text("look_at IS NOT NULL"),
)
Index("ix_tickets_person", tickets.c.person_id, tickets.c.filed_at)
Index("ix_tickets_desk", tickets.c.unit_id, tickets.c.state, tickets.c.reply_by)
Index(
    "ix_tickets_joined",
    tickets.c.joined_to,
    sqlite_where=text("joined_to IS NOT NULL"),
    postgresql_where=text("joined_to IS NOT NULL"),
)

hot_issues = Table(
    "hot_issues",
    metadata,
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("doc", Text, nullable=False),
)

chase_notices = Table(
    "chase_notices",
    metadata,
    Column("number", String(32), primary_key=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("at", Instant, nullable=False),
    Column("doc", Text, nullable=False),
    UniqueConstraint("year", "serial"),
)
Index("ix_chase_notices_unit", chase_notices.c.unit_id, chase_notices.c.at)

rounds = Table(
    "rounds",
    metadata,
    Column("ticket_id", BigInteger, primary_key=True, autoincrement=False),
    Column("round", Integer, primary_key=True, autoincrement=False),
    Column("unit_id", String(64), nullable=False),
    Column("category", String(32), nullable=False),
    Column("joined", Boolean, nullable=False),
    Column("began", Instant, nullable=False),
    Column("reply_by", Instant, nullable=False),
    Column("replied_at", Instant),
    Column("on_time", Boolean),
    Column("fair", Boolean),
    Column("seconds", BigInteger),
    Column("rating", Integer),
    Column("void", Boolean, nullable=False),
    Column("silent", Boolean, nullable=False),
    Column("solved", Boolean),
    Column("to_point", Boolean),
    Column("attitude", Integer),
    Column("yellow", Boolean, nullable=False),
    Column("red", Boolean, nullable=False),
    Column("noticed", Boolean, nullable=False),
    Column("again", Boolean, nullable=False),
)
Index("ix_rounds_unit", rounds.c.unit_id, rounds.c.reply_by)
Index("ix_rounds_due", rounds.c.reply_by)

rectifications = Table(
    "rectifications",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(16), nullable=False, unique=True),
    Column("year", Integer, nullable=False),
    Column("serial", Integer, nullable=False),
    Column("state", String(16), nullable=False),
    Column("unit_id", String(64), nullable=False),
    Column("due_at", Instant),
    Column("look_at", Instant),
    Column("version", Integer, nullable=False),
    Column("doc", Text, nullable=False),
    UniqueConstraint("year", "serial"),
)
Index("ix_rectifications_state", rectifications.c.state, rectifications.c.due_at)
Index(
    "ix_rectifications_look",
    rectifications.c.look_at,
    sqlite_where=text("look_at IS NOT NULL"),
    postgresql_where=text("look_at IS NOT NULL"),
)

rectification_events = Table(
    "rectification_events",
    metadata,
    Column("item_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("doc", Text, nullable=False),
)

grade_series = Table(
    "grade_series",
    metadata,
    Column("unit_id", String(64), primary_key=True),
    Column("category", String(32), primary_key=True),
    Column("at", Instant, nullable=False),
    Column("doc", Text, nullable=False),
)
Index(
    "ix_rounds_bad",
    rounds.c.replied_at,
    sqlite_where=text("rating <= 2"),
    postgresql_where=text("rating <= 2"),
)

events = Table(
    "events",
    metadata,
    Column("ticket_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Instant, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("doc", Text, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("person_id", BigInteger, nullable=False),
    Column("lane", BigInteger, nullable=False),
    Column("doc", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("message_id", String(64)),
    Column("error", String(200), nullable=False),
    Column("unsure_at", Instant),
)
Index(
    "ix_outbox_due",
    outbox.c.due_at,
    sqlite_where=text("state IN ('pending', 'sending')"),
    postgresql_where=text("state IN ('pending', 'sending')"),
)
Index(
    "ix_outbox_lane",
    outbox.c.lane,
    outbox.c.id,
    sqlite_where=text("state IN ('pending', 'sending')"),
    postgresql_where=text("state IN ('pending', 'sending')"),
)
Index(
    "ix_outbox_person",
    outbox.c.person_id,
    sqlite_where=text("state = 'parked'"),
    postgresql_where=text("state = 'parked'"),
)
Index("ix_outbox_message", outbox.c.message_id)

media = Table(
    "media",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("channel", String(16), nullable=False),
    Column("media_id", Text, nullable=False),
    Column("person_id", BigInteger, nullable=False),
    Column("ticket_id", BigInteger),
    Column("state", String(16), nullable=False),
    Column("due_at", Instant, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sha256", String(64)),
    Column("content_type", String(64), nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("error", String(200), nullable=False),
)
Index(
    "ix_media_due",
    media.c.due_at,
    sqlite_where=text("state IN ('wanted', 'fetching')"),
    postgresql_where=text("state IN ('wanted', 'fetching')"),
)
Index("ix_media_ticket", media.c.ticket_id)
