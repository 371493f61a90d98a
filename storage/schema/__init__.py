"""The database's foundation: tables, rows, engine, transactions, fence, and the classification of its errors."""
