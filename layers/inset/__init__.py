"""The part of a map where small units crowd, drawn once more and larger beside it.

For others: ``inset_facts``.
"""
