"""The verbs of ``python -m etl`` and the generated pages of its documentation.

For others: ``load_commands``.
"""
