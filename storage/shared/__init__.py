"""State that processes share through Redis: signals, rate limits, stamps. Each also works without Redis."""
