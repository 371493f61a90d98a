"""Outgoing pushes: claiming rows of the outbox, rendering, sending, recording the result; and fetching people's files."""
