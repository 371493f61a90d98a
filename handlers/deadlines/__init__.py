"""Deadlines: when a ticket's answer is due, and the explanation why (为何)."""
