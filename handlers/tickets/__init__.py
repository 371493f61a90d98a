"""The ticket: what it is, what may happen to it, and how its journey is told."""
