"""The clock: says when, calls what wiring hands it. No rules in here."""
