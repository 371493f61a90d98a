"""Officials' side of the chat: command grammar, permissions, and the commands themselves."""
