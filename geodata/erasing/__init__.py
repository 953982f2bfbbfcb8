"""A person's data erased by law, and kept erased whatever is loaded, undone or restored.

For others: ``erase_person``, ``erasings``.
"""
