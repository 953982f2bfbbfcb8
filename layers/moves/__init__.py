"""How units stand beside each other under a layer, and which of them move when a number or a class changes.

For others: ``rank_units``, ``unit_moves``.
"""
