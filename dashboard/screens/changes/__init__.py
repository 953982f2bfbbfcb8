"""``/changes``: who came into a number between two days, and who left it."""
