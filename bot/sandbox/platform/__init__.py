"""The simulated platform: its data, API, callbacks, quotas and faults."""
