"""How units stand beside each other under a layer, and which of them move when a number or a class changes.

For others: ``month_lines``, ``rank_units``, ``unit_moves``.
"""
