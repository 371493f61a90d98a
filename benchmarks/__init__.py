"""What a message costs: this service against other bots, on one machine in one run. `make bench` runs it."""
