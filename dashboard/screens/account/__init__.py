"""One's own account: posts held, what they open, the password."""
