"""The schema's history; `storage/migrate.py` runs it."""
