"""The schema's history, oldest first; applied by ``geodata.database.engine.migrate``.

Nothing here is for others.
"""
