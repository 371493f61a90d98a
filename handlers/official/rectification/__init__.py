"""Officials' commands about 整改, one file for each stage: type, row, needs, deed and words together."""
