"""The officials' commands, a file for each family: a command's type, row, needs, deed and words stand together."""
