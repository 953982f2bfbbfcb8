"""The part of a map where small units crowd, drawn once more and larger beside it.

For others: ``crowded_units``, ``inset_facts``.
"""
