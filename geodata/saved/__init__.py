"""What people keep for themselves and their colleagues: views under a name, notes on the map.

For others: ``map_notes``, ``saved_views``.
"""
