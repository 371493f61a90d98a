"""The schema's history; `storage/schema/migrate.py` runs it."""
