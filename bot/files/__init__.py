"""Files that an installation may write or that only it may read."""
