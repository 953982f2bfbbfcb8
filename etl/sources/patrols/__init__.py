"""Kinds of fact about patrols and what they find."""
