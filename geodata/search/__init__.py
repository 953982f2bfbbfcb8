"""Finding things by what people type.

For others: ``find_things``.
"""
