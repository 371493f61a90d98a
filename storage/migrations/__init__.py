"""The schema's history as Alembic revisions, and the program that brings a database up to it (`migrate.py`)."""
