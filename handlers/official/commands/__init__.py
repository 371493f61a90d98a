"""What each command of officials does, a file a family."""
