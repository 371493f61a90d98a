"""Calendar: time zone, working days, office hours, and the policy's limits."""
