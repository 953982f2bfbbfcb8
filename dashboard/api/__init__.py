"""What programs ask: tables, shapes, health; addresses stand in modules called ``<what>_routes``.

For others: ``asked_table``, ``query``, ``table_answer``.
"""
