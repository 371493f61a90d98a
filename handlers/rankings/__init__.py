"""How units are judged: what counts of each ticket, the rates of a period, and the order they put units in."""
