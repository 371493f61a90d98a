"""The 整改 item: its events, states and numbers, as `tickets` has them for the ticket."""
