"""Tables that serve people at their pages and hold no fact: what is found by which words, feedback, what was seen.

For others: ``search``.
"""
