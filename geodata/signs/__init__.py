"""Single signs of texts: which may come in, how those that may not are shown, and which an address may hold.

For others: ``page_address``, ``refused_signs``.
"""
