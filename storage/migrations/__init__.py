"""The schema's history; `storage/migrations/migrate.py` runs it."""
