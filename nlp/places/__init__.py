"""Places named in a text, and the divisions they lie in."""
