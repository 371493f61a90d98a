"""Makes the sender part of a message's identity: two people's pushes with one MsgId are two messages.

Existing rows keep an empty sender and are told apart by their person. On PostgreSQL only the index of the primary key
is rewritten; the inbox holds thirty days.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    sender = sa.Column("sender", sa.String(32), nullable=False, server_default="")
    if op.get_bind().dialect.name == "postgresql":
        op.add_column("inbox", sender)
        op.drop_constraint(op.f("pk_inbox"), "inbox", type_="primary")
        op.create_primary_key(op.f("pk_inbox"), "inbox", ["channel", "key", "sender"])
        return
    with op.batch_alter_table("inbox") as table:
        table.add_column(sender)
        table.drop_constraint(op.f("pk_inbox"), type_="primary")
        table.create_primary_key(op.f("pk_inbox"), ["channel", "key", "sender"])
