"""Words: Chinese text in, structure out. Imports nothing of ours; after `understand.load()` it does no I/O."""
