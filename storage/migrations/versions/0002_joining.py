"""Adds the column for tickets that follow another one (附议)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.add_column("tickets", sa.Column("joined_to", sa.BigInteger(), nullable=True))
