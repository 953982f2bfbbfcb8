"""``/saved``: views under a name, the own and those colleagues share, and the notes of the day."""
