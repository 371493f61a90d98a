"""The ticket: its events, states, life cycle, number and names."""
