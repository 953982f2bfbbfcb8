"""One visit on screen: what was seen, and what is attached to it."""
