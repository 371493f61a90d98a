"""Work beside the messages: the clock's jobs, nightly training, hot issues, caches, the month's report."""
