"""From a raster of labels to a clean coverage of polygons: borders drawn once, smoothed, and cut by an outline."""

from __future__ import annotations

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

Labels = NDArray[np.int64]


def _arcs(labels: Labels, origin: tuple[float, float], cell_m: float) -> list[shapely.LineString]:
    """The lines between cells of different labels, merged between the points where three of them meet."""
    x0, y0 = origin
    rows, cols = np.nonzero(labels[:, 1:] != labels[:, :-1])
    x, y = x0 + (cols + 1) * cell_m, y0 + rows * cell_m
    upright = np.stack([np.column_stack([x, y]), np.column_stack([x, y + cell_m])], axis=1)
    rows, cols = np.nonzero(labels[1:, :] != labels[:-1, :])
    x, y = x0 + cols * cell_m, y0 + (rows + 1) * cell_m
    level = np.stack([np.column_stack([x, y]), np.column_stack([x + cell_m, y])], axis=1)
    steps: Any = shapely.linestrings(np.concatenate([upright, level]))
    return list(shapely.get_parts(shapely.line_merge(shapely.multilinestrings(steps))))


def _smooth(arc: shapely.LineString, step_m: float, reach_m: float, tolerance_m: float) -> shapely.LineString:
    """The arc with its stairs averaged away over ``reach_m``; its two ends stay where they are."""
    count = max(int(arc.length / step_m), 2)
    points = shapely.get_coordinates(shapely.line_interpolate_point(arc, np.linspace(0, arc.length, count + 1)))
    width = int(min(reach_m / step_m, count / 3))
    if width >= 1:
        # mirrored through each end, so the average there is the end itself
        before, after = 2 * points[0] - points[width:0:-1], 2 * points[-1] - points[-2 : -width - 2 : -1]
        kernel = np.hanning(2 * width + 3)[1:-1]
        padded = np.concatenate([before, points, after])
        points = np.column_stack([np.convolve(padded[:, i], kernel / kernel.sum(), "valid") for i in (0, 1)])
    return shapely.simplify(shapely.LineString(points), tolerance_m)


def _shared(faces: list[shapely.Polygon]) -> NDArray[np.float64]:
    """The length of the border between each two faces."""
    shared = np.zeros((len(faces), len(faces)))
    for one, other in shapely.STRtree(faces).query(faces, predicate="intersects").T:
        if one < other:
            length = shapely.length(shapely.intersection(faces[one].boundary, faces[other].boundary))
            shared[one, other] = shared[other, one] = length
    return shared


def _settle(core: Labels, shared: NDArray[np.float64], country: Labels) -> Labels:
    """Give each face without an owner (-1) to the neighbour with the longest border, in its own country only."""
    settled = core.copy()
    while np.any(settled < 0):
        border = shared * (settled >= 0)[None, :] * (settled < 0)[:, None] * (country[:, None] == country[None, :])
        stray, neighbour = np.unravel_index(border.argmax(), border.shape)
        if border[stray, neighbour] == 0:
            raise ValueError("a piece of land has no neighbour")
        settled[stray] = settled[neighbour]
    return settled


def _main_part(owner: Labels, shared: NDArray[np.float64], size: NDArray[np.float64]) -> Labels:
    """The owner of each face that hangs together with the most of its owner's land, else -1."""
    core = np.full(len(owner), -1)
    for label in np.unique(owner):
        rest, best = set(np.flatnonzero(owner == label).tolist()), set[int]()
        while rest:
            part, edge = set[int](), {rest.pop()}
            while edge:
                part |= edge
                edge = {int(n) for face in edge for n in np.flatnonzero(shared[face] > 0) if n in rest}
                rest -= edge
            best = max(best, part, key=lambda faces: sum(size[face] for face in faces))
        core[list(best)] = label
    return core


def partition_outline(
    labels: Labels, origin: tuple[float, float], cell_m: float, outline: shapely.Polygon, group: Labels
) -> list[shapely.Polygon]:
    """One polygon per label, partitioning ``outline`` exactly; all in one metric CRS.

    Parameters
    ----------
    labels
        Label of each cell (0, 1, …), shape (rows, columns), rows from south to north; it must reach beyond the outline.
    origin
        South-west corner of the raster, x and y in metres.
    cell_m
        Width of a cell in metres.
    outline
        What is partitioned: a polygon without holes.
    group
        ``group[label]``, the parent; the labels of one parent make one piece of land too.

    Returns
    -------
    polygons
        In the order of the labels, without holes; every shared border has the same points on both sides.

    Raises
    ------
    ValueError
        A piece of land has no neighbour it could be given to.
    """
    arcs = [
        _smooth(arc, cell_m / 2, 3 * cell_m, cell_m / 5) for arc in _arcs(labels, origin, cell_m) if not arc.is_ring
    ]
    lines = shapely.union_all([*arcs, outline.exterior], grid_size=0.1)
    faces = [
        face for face in shapely.get_parts(shapely.polygonize([lines])) if outline.contains(face.point_on_surface())
    ]
    inside = shapely.get_coordinates([face.point_on_surface() for face in faces])
    cols, rows = ((inside - np.array(origin)) / cell_m).astype(int).T
    village = labels[rows, cols]
    shared, size, anywhere = _shared(faces), np.array([face.area for face in faces]), np.zeros(len(faces), dtype=int)
    town = _settle(_main_part(group[village], shared, size), shared, anywhere)
    at_home = np.where(group[village] == town, village, -1)
    settled = _settle(np.where(at_home < 0, -1, _main_part(at_home, shared, size)), shared, town)
    shapes = [shapely.union_all([faces[i] for i in np.flatnonzero(settled == label)]) for label in range(len(group))]
    return [shapely.Polygon(shapely.get_exterior_ring(shape)) for shape in shapes]
