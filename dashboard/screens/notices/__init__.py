"""``/notices``: what arrived in one's area, by day; nothing is pushed."""
