"""Pieces of pages: pure functions from words and values to Dash components."""
