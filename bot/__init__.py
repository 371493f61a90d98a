"""The edges of the service and its wiring: what meets the platforms, the browser, the shell and the environment."""
