"""Pushes on their way out: claimed, rendered, delivered, noted."""
