"""The database itself: tables, rows, engine, migrations, and how its errors are judged."""
