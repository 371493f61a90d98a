"""The ports of the rules on SQLAlchemy (SQLite, PostgreSQL), Redis and the file system. No rules in here."""
