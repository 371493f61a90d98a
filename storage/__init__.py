"""Storage: the database (SQLite or PostgreSQL, through SQLAlchemy), Redis and files on disk. Contains no rules."""
