"""为何: why an answer is due when it is, line by line, read from the ticket's log and counted on the calendar."""
