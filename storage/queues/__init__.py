"""Work queues in the database: pushes to send, media to fetch, messages to decide again; also leases and serials."""
