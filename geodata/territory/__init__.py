"""Units, their shapes, and what a reorganisation moved.

For others: ``level_file``, ``level_table``, ``reorganisation``, ``unit_geojson``, ``units``.
"""
