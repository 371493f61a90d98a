"""Adds what the clock needs: due dates of tickets, ranking rounds, 催办通知单, 整改, office hours and deputies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    _columns()
    _notices()
    _rounds()
    _rectifications()


def _columns() -> None:
    op.add_column("tickets", sa.Column("look_at", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("owes_at", sa.BigInteger(), nullable=True))
    op.add_column("tickets", sa.Column("published_at", sa.BigInteger(), nullable=True))
    op.add_column("units", sa.Column("opens", sa.String(5), nullable=False, server_default="09:00"))
    op.add_column("units", sa.Column("closes", sa.String(5), nullable=False, server_default="18:00"))
    op.add_column("staff", sa.Column("deputy_id", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("away_from", sa.BigInteger(), nullable=True))
    op.add_column("staff", sa.Column("away_until", sa.BigInteger(), nullable=True))


def _notices() -> None:
    op.create_table(
        "chase_notices",
        sa.Column("number", sa.String(32), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_chase_notices")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_chase_notices_year_serial")),
    )
    op.create_index("ix_chase_notices_unit", "chase_notices", ["unit_id", "at"], unique=False)


def _rounds() -> None:
    op.create_table(
        "rounds",
        sa.Column("ticket_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("round", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("joined", sa.Boolean(), nullable=False),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("reply_by", sa.BigInteger(), nullable=False),
        sa.Column("replied_at", sa.BigInteger(), nullable=True),
        sa.Column("on_time", sa.Boolean(), nullable=True),
        sa.Column("fair", sa.Boolean(), nullable=True),
        sa.Column("seconds", sa.BigInteger(), nullable=True),
        sa.Column("rating", sa.Integer(), nullable=True),
        sa.Column("void", sa.Boolean(), nullable=False),
        sa.Column("silent", sa.Boolean(), nullable=False),
        sa.Column("solved", sa.Boolean(), nullable=True),
        sa.Column("to_point", sa.Boolean(), nullable=True),
        sa.Column("attitude", sa.Integer(), nullable=True),
        sa.Column("yellow", sa.Boolean(), nullable=False),
        sa.Column("red", sa.Boolean(), nullable=False),
        sa.Column("noticed", sa.Boolean(), nullable=False),
        sa.Column("again", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ticket_id", "round", name=op.f("pk_rounds")),
    )
    op.create_index("ix_rounds_unit", "rounds", ["unit_id", "reply_by"], unique=False)
    op.create_index("ix_rounds_due", "rounds", ["reply_by"], unique=False)


def _rectifications() -> None:
    op.create_table(
        "rectifications",
        sa.Column("id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("key", sa.String(16), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=True),
        sa.Column("look_at", sa.BigInteger(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rectifications")),
        sa.UniqueConstraint("key", name=op.f("uq_rectifications_key")),
        sa.UniqueConstraint("year", "serial", name=op.f("uq_rectifications_year_serial")),
    )
    op.create_index("ix_rectifications_state", "rectifications", ["state", "due_at"], unique=False)
    op.create_index(
        "ix_rectifications_look",
        "rectifications",
        ["look_at"],
        unique=False,
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_table(
        "rectification_events",
        sa.Column("item_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("item_id", "seq", name=op.f("pk_rectification_events")),
    )
    op.create_table(
        "grade_series",
        sa.Column("unit_id", sa.String(64), nullable=False),
        sa.Column("category", sa.String(32), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("doc", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("unit_id", "category", name=op.f("pk_grade_series")),
    )
    op.create_index(
        "ix_rounds_bad",
        "rounds",
        ["replied_at"],
        unique=False,
        sqlite_where=sa.text("rating <= 2"),
        postgresql_where=sa.text("rating <= 2"),
    )
