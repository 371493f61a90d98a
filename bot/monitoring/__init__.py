"""Monitoring: metrics, health checks, logs, comparison of clocks."""
