"""The made-up town: people, past messages, pictures."""
