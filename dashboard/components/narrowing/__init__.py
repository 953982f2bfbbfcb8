"""Which subjects a page counts: what is picked, as chips, and the form to pick more.

For others: ``narrow_bar``.
"""
