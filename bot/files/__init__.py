"""Files that an installation writes (seed, policy, calendars), and the protection of its files from other accounts."""
