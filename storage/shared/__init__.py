"""What processes share beside the database: signals, rate limits, stamps."""
