"""What an operator puts right in stored tickets: cards of a wrong clock, secrets, a desk that is accused."""
