"""The clock's part: what is due of a ticket, when the clock must look at it again, and who is told."""
