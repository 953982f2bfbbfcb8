"""``/feedback``: what people write about pages, and the answers: one's own, and all for whoever answers."""
