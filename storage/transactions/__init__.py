"""What is written together: a message, a batch, a tick of the clock, a repair."""
