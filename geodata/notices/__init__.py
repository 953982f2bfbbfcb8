"""Notices: what arrived in somebody's area, or for somebody, since that person looked last; nothing is pushed.

For others: ``notice_list``, ``seen_hints``.
"""
