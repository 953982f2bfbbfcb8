"""Indicators of the grid itself: posts, chains, boundaries, positions."""
