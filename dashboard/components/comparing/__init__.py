"""Two days compared: the earlier one picked, and the units by what changed.

For others: ``change_list``, ``since_menu``.
"""
