"""The official account's protocol: what WeChat pushes to us, and what we answer in the same breath."""
