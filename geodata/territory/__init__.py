"""Units, their shapes, and what a reorganisation moved.

For others: ``ended_unit``, ``level_file``, ``level_table``, ``reorganisation``, ``root_above``, ``unit_geojson``,
``units``.
"""
