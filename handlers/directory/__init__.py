"""Units and the people in them: who is there, who is away, whose a ticket is."""
