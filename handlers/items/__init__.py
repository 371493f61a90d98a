"""The rectification item (整改) itself, as `tickets` is the ticket."""
