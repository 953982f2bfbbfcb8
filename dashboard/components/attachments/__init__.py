"""Attachments as every screen shows them.

For others: ``attachment_card``.
"""
