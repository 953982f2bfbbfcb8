"""A subject's page: its card, when it is due and why, and everything that happened there."""
