"""How the service is: metrics, health, logs, clocks."""
