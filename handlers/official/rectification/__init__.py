"""The commands about rectification items (整改)."""
