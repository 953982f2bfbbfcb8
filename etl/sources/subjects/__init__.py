"""Kinds of fact about subjects and what they are on a day."""
