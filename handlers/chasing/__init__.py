"""Chasing (催): which step of a ticket is due, what the clock does then, and the documents it issues."""
