"""Adds the time since when a push may have arrived without our knowing."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.add_column("outbox", sa.Column("unsure_at", sa.BigInteger(), nullable=True))
