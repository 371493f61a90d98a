"""Incoming messages: connection limits, webhook, batching, the spool on disk, answers that came too late."""
