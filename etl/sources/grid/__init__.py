"""Kinds of fact about the grid and its people."""
