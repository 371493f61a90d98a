"""When a ticket is due, and why then."""
