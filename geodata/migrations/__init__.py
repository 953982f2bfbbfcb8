"""The schema's history, oldest first; applied by ``geodata.database.upgrade.migrate``.

Nothing here is for others.
"""
