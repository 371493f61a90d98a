"""Officials' commands, one file for each family: type, row, needs, deed and words of a command together."""
