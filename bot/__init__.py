"""The edges of the service: platforms, browser, shell, environment; and the wiring that joins everything."""
