"""Officials' work by short commands: grammar, permissions, execution and wording, each in its place."""
