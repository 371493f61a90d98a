"""The platforms: what they send, what they take, and the port that the worker sends through."""
