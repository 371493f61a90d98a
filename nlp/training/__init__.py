"""Programs that make the files of `nlp/data`. They run offline, never at a message."""
