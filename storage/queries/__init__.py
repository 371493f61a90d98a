"""What is read, each in as few statements as it takes."""
