"""Alembic's entry point. It uses the connection that `storage/migrations/migrate.py` passes in."""

from __future__ import annotations

from alembic import context

from storage.schema.tables import metadata

connection = context.config.attributes["connection"]
# SQLite cannot alter most things in place: batch mode copies the table, inside the same transaction.
context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, compare_type=True)
with context.begin_transaction():
    context.run_migrations()
