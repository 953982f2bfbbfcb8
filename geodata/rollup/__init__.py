"""Indicators' rows counted by village and summed up the tree; divided once, at the end.

For others: ``crossings``, ``indicator_counts``, ``narrowing``, ``rates``.
"""
