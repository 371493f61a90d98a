"""Work that waits in the database: pushes, messages, files, leases."""
