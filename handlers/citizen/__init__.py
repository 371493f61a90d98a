"""The citizen's talk: from plain words to a ticket, and everything they may ask for afterwards."""
