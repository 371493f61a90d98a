"""整改 in operation: how an item affects the tickets it covers, who is told, its dates, and the clock's part in it.

The item itself (events, states, numbers) is in `handlers/items/`.
"""
