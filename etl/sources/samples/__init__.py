"""Kinds of fact about samples and their results."""
