"""What the service decides: tickets, citizens' dialogue, officials' commands. Pure rules; the edges do I/O."""
