"""Single signs of texts: which may come in, and how those that may not are shown.

For others: ``refused_signs``.
"""
