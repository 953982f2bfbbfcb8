"""The verbs of ``python -m geodata`` and the generated pages of its documentation.

For others: ``arguments``, ``backup_commands``, ``database_commands``, ``erasing_commands``, ``exit_codes``,
``opened_database``.
"""
