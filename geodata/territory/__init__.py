"""Units, their shapes, and what a reorganisation moved.

For others: ``reorganisation``, ``unit_geojson``, ``units``.
"""
