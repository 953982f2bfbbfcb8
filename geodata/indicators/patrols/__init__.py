"""Indicators of patrols and their due dates."""
