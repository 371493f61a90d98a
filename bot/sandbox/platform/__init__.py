"""The pretended platform: what it keeps, what it answers, its callbacks, quotas and faults."""
