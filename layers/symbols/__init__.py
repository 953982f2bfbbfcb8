"""Small signs on a map: kinds of point with their shapes, hatches, and the picture they come to the browser in.

For others: ``hatch``, ``point_classes``, ``point_shapes``, ``sprite``.
"""
