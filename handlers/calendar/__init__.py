"""Days and hours that count: zone, workdays, office hours, the policy's limits."""
