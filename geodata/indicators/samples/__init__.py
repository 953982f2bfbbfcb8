"""Indicators of samples and their results."""
