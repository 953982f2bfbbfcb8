"""Where the polygons of one level do not cover their parents once: gaps, overlaps, edges out of the parent.

Polygons are compared as they are stored, in degrees: an edge that is straight there bends when it is projected, and two
polygons with different corners on one border would seem to part by metres. Only what is found is projected, to be
measured. Shapely's coverage functions find what is in order, which is nearly everything; the rest is cut one by one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.levels import Level
from geodata.measuring_crs import to_measure

Shapes = npt.NDArray[Any]
# the longest degree there is, of latitude at the pole: a width in degrees is never more metres than this
_LONGEST_DEGREE_M = 111_694.0


class Kind(StrEnum):
    """How a coverage is broken."""

    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Broken:
    """One place where the coverage of a level is broken.

    ``codes``: the units that border a gap or overlap there, ascending; or the unit that stands out, then its parent.
    ``shape`` is in EPSG:4490; ``width_m`` is the mean width, twice the area by the perimeter; ``share`` is the part of
    the unit that stands out.
    """

    kind: Kind
    level: Level
    codes: tuple[str, ...]
    shape: Any
    area_m2: float
    width_m: float
    share: float = 0.0


@dataclass(frozen=True)
class _Part:
    kind: Kind
    codes: tuple[str, ...]
    shape: Any


def invalid_shapes(units: gpd.GeoDataFrame, levels: Sequence[Level], tolerance_m: float) -> list[Broken]:
    """Every place wider than ``tolerance_m`` where the units of a level do not cover their parents exactly once.

    Parameters
    ----------
    units
        Index ``code``; columns ``level parent_code`` and geometry in EPSG:4490, None where there is no boundary.
    levels
        The levels looked at, the highest first.
    tolerance_m
        Mean width in metres below which a difference is rounding.

    Returns
    -------
    faults
        By level; of a level gaps and overlaps before edges out of the parent. Units without a boundary are
        passed over, and their children held against the nearest unit above that has one.
    """
    found: list[Broken] = []
    for level in levels:
        here = units[(units["level"] == level) & ~units.geometry.isna()]
        parts = list(_parts(here, units, tolerance_m)) if len(here) else []
        if not parts:
            continue
        measured = to_measure(np.array([part.shape for part in parts], dtype=object))
        areas = shapely.area(measured)
        widths = 2 * areas / shapely.length(measured)
        wide = [(parts[at], areas[at], widths[at]) for at in np.flatnonzero(widths >= tolerance_m)]
        found += [
            Broken(part.kind, level, part.codes, part.shape, float(area), float(width))
            for part, area, width in wide
            if part.kind is not Kind.OUTSIDE
        ]
        found += _standing_out(level, here, [part for part, _, _ in wide if part.kind is Kind.OUTSIDE])
    return found


def _parts(here: gpd.GeoDataFrame, units: gpd.GeoDataFrame, tolerance_m: float) -> Iterator[_Part]:
    shapes, codes = here.geometry.to_numpy(), here.index.to_numpy()
    tree = shapely.STRtree(shapes)
    amiss = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    rounding = tolerance_m / _LONGEST_DEGREE_M
    yield from _overlaps(shapes, codes, amiss, tree, rounding)
    for parent, places in _families(here, units).items():
        outer = units.geometry.get(parent)
        whole = _united(shapes[places], amiss[places])
        for gap in _uncovered(whole, outer, rounding):
            near = tree.query(gap, predicate="dwithin", distance=rounding)
            yield _Part(Kind.GAP, tuple(sorted(map(str, codes[near]))) or (parent,), gap)
        beyond = [] if outer is None else _polygons(whole.difference(outer), rounding)
        for at in np.intersect1d(places, tree.query(beyond, predicate="intersects")[1]) if beyond else ():
            for part in _polygons(shapes[at].difference(outer), rounding):
                yield _Part(Kind.OUTSIDE, (str(codes[at]), parent), part)


def _families(here: gpd.GeoDataFrame, units: gpd.GeoDataFrame) -> dict[str, npt.NDArray[np.intp]]:
    """Places in ``here`` by the nearest unit above that has a boundary; under "" those that have none above."""
    bounded = set(units.index[~units.geometry.isna()])
    parents = dict(zip(units.index, units["parent_code"], strict=True))

    def roof(code: str | None) -> str:
        while code is not None and code not in bounded:
            code = parents.get(code)
        return code or ""

    roofs = here["parent_code"].map({code: roof(code) for code in here["parent_code"].unique()})
    places = pd.Series(np.arange(len(here)), index=roofs.to_numpy())
    return {str(parent): group.to_numpy() for parent, group in places.groupby(level=0)}


def _overlaps(
    shapes: Shapes, codes: Shapes, amiss: npt.NDArray[np.bool_], tree: shapely.STRtree, rounding: float
) -> Iterator[_Part]:
    """Whatever two polygons both cover; only those whose edges do not match their neighbours' are compared."""
    suspects = np.flatnonzero(amiss)
    left, right = tree.query(shapes[suspects], predicate="intersects")
    left = suspects[left]
    # each pair once, whichever of the two was suspect
    pairs = np.unique(np.sort(np.column_stack([left, right])[left != right], axis=1), axis=0)
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    for at in np.flatnonzero(shapely.area(shared) > 0):
        both = tuple(sorted(str(codes[one]) for one in pairs[at]))
        for part in _polygons(shared[at], rounding):
            yield _Part(Kind.OVERLAP, both, part)


def _united(shapes: Shapes, amiss: npt.NDArray[np.bool_]) -> Any:
    """The union: quickly of those whose edges match, with care of the others."""
    sound = shapely.coverage_union_all(shapes[~amiss])
    return shapely.union_all([sound, *shapes[amiss]]) if amiss.any() else sound


def _uncovered(whole: Any, outer: Any, rounding: float) -> Iterator[Any]:
    """What the children leave of their parent; without a parent's boundary, the holes between them."""
    if outer is None:
        for polygon in _polygons(whole, rounding):
            yield from (shapely.Polygon(ring) for ring in polygon.interiors)
    elif not shapely.equals_exact(whole.normalize(), outer.normalize(), 0.0):
        yield from _polygons(outer.difference(whole), rounding)


def _standing_out(level: Level, here: gpd.GeoDataFrame, parts: list[_Part]) -> Iterator[Broken]:
    """All parts of one unit beyond its parent as one place."""
    by_unit: dict[tuple[str, ...], list[Any]] = defaultdict(list)
    for part in parts:
        by_unit[part.codes].append(part.shape)
    for codes, beyond in by_unit.items():
        shape = shapely.MultiPolygon(beyond)
        measured = to_measure(shape)
        share = measured.area / to_measure(here.geometry[codes[0]]).area
        yield Broken(Kind.OUTSIDE, level, codes, shape, measured.area, 2 * measured.area / measured.length, share)


def _polygons(shape: Any, rounding: float) -> list[Any]:
    """The polygons of a geometry that may be wider than rounding (degrees)."""
    parts = shapely.get_parts(shape)
    parts = parts[shapely.get_type_id(parts) == 3]
    return list(parts[2 * shapely.area(parts) > rounding * shapely.length(parts)])
