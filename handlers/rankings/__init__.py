"""Rankings of units: what counts of each ticket, the rates of a period, and the order of units."""
