"""What programs ask: tables, shapes, health; addresses stand in modules called ``<what>_routes``.

Nothing here is for others.
"""
