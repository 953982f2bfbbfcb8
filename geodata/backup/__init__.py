"""A whole installation put into a folder and brought back from it: the database, and the attachments beside it.

For others: ``backup_folder``, ``nightly``, ``sealing``.
"""
