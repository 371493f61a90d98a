"""The officials' commands about 整改, a file for each stage: a command's type, row, needs, deed and words together."""
