"""Implementation of the commands of `python -m bot`."""
