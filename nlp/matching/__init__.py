"""Which texts tell of the same: neighbours, hot issues, published answers."""
