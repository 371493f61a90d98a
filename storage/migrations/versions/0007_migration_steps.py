"""Adds the progress of a migration's steps, so that a killed migration continues where it stopped."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
DERIVES = False


def upgrade() -> None:
    op.create_table(
        "migration_steps",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("reached", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_migration_steps")),
    )
