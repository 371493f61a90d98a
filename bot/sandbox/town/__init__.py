"""The made-up town: its people, its past, its pictures."""
