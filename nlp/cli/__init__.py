"""The lines of `python -m nlp`: JSON in, JSON out."""
