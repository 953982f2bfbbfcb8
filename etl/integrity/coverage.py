"""Where the polygons of one level do not cover their parents once: gaps, overlaps, edges out of the parent.

Everything is measured in the installation's measuring CRS (metres) and given back in EPSG:4490. Shapely's coverage
functions find what is in order, which is nearly everything; only the rest is cut polygon by polygon.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from geodata.vocabulary import Level

Shapes = npt.NDArray[Any]


class Kind(StrEnum):
    """How a coverage is broken."""

    GAP = "gap"
    OVERLAP = "overlap"
    OUTSIDE = "outside"


@dataclass(frozen=True)
class Broken:
    """One place where the coverage of a level is broken.

    ``codes``: the units that border a gap or overlap there, ascending; or the unit that stands out, then its parent.
    ``width_m`` is the mean width, twice the area by the perimeter; ``share`` the part of the outstanding unit.
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
    share: float = 0.0


def broken(units: gpd.GeoDataFrame, measure_epsg: int, tolerance_m: float) -> list[Broken]:
    """Every place wider than ``tolerance_m`` where villages, or towns, do not cover their parents exactly once.

    Parameters
    ----------
    units
        Index ``code``; columns ``level parent_code`` and geometry in EPSG:4490, None where there is no boundary.
    """
    measured = units.set_geometry(units.geometry.to_crs(measure_epsg))
    found: list[Broken] = []
    for level in (Level.TOWN, Level.VILLAGE):
        here = measured[(measured["level"] == level) & ~measured.geometry.isna()]
        parts = [part for part in _parts(here, measured, tolerance_m) if _width(part.shape) >= tolerance_m]
        back = gpd.GeoSeries([part.shape for part in parts], crs=measure_epsg).to_crs(4490)
        found += [
            Broken(part.kind, level, part.codes, shape, part.shape.area, _width(part.shape), part.share)
            for part, shape in zip(parts, back, strict=True)
        ]
    return found


def _parts(here: gpd.GeoDataFrame, measured: gpd.GeoDataFrame, tolerance_m: float) -> Iterator[_Part]:
    shapes = here.geometry.to_numpy()
    if not len(shapes):
        return
    tree, codes = shapely.STRtree(shapes), here.index.to_numpy()
    amiss = ~shapely.is_empty(shapely.coverage_invalid_edges(shapes))
    yield from _overlaps(shapes, codes, amiss, tree)
    for parent, places in _families(here, measured).items():
        outer = measured.geometry.get(parent)
        whole = _united(shapes[places], bool(amiss[places].any()))
        for gap in _uncovered(whole, outer):
            # a gap as wide as a rounding has neighbours beyond the rounding
            near = tree.query(gap, predicate="dwithin", distance=tolerance_m)
            yield _Part(Kind.GAP, tuple(sorted(map(str, codes[near]))) or (parent,), gap)
        if outer is not None and any(_width(part) >= tolerance_m for part in _polygons(whole.difference(outer))):
            for at in places:
                yield from _standing_out(str(codes[at]), parent, shapes[at], outer, tolerance_m)


def _families(here: gpd.GeoDataFrame, measured: gpd.GeoDataFrame) -> dict[str, npt.NDArray[np.intp]]:
    """Places in ``here`` by the nearest unit above that has a boundary; under "" those that have none above."""
    bounded = set(measured.index[~measured.geometry.isna()])
    parents = measured["parent_code"].to_dict()

    def roof(code: str | None) -> str:
        while code is not None and code not in bounded:
            code = parents.get(code)
        return code or ""

    roofs = here["parent_code"].map({code: roof(code) for code in here["parent_code"].unique()})
    places = pd.Series(np.arange(len(here)), index=roofs.to_numpy())
    return {str(parent): group.to_numpy() for parent, group in places.groupby(level=0)}


def _overlaps(shapes: Shapes, codes: Shapes, amiss: npt.NDArray[np.bool_], tree: shapely.STRtree) -> Iterator[_Part]:
    """Whatever two polygons both cover; only those whose edges do not match their neighbours' are compared."""
    suspects = np.flatnonzero(amiss)
    left, right = tree.query(shapes[suspects], predicate="intersects")
    left = suspects[left]
    # each pair once; of a pair of which only one is suspect, whichever way it was found
    pairs = np.unique(np.sort(np.column_stack([left, right])[left != right], axis=1), axis=0)
    if not len(pairs):
        return
    shared = shapely.intersection(shapes[pairs[:, 0]], shapes[pairs[:, 1]])
    for at in np.flatnonzero(shapely.area(shared) > 0):
        both = tuple(sorted(str(codes[one]) for one in pairs[at]))
        for part in _polygons(shared[at]):
            yield _Part(Kind.OVERLAP, both, part)


def _united(shapes: Shapes, amiss: bool) -> Any:
    return shapely.union_all(shapes) if amiss else shapely.coverage_union_all(shapes)


def _uncovered(whole: Any, outer: Any) -> Iterator[Any]:
    """What the children leave of their parent; without a parent's boundary, the holes between them."""
    if outer is None:
        for polygon in _polygons(whole):
            yield from (shapely.Polygon(ring) for ring in polygon.interiors)
    elif not shapely.equals_exact(whole.normalize(), outer.normalize(), 0.0):
        yield from _polygons(outer.difference(whole))


def _standing_out(code: str, parent: str, shape: Any, outer: Any, tolerance_m: float) -> Iterator[_Part]:
    beyond = [part for part in _polygons(shape.difference(outer)) if _width(part) >= tolerance_m]
    if beyond:
        out = shapely.MultiPolygon(beyond)
        yield _Part(Kind.OUTSIDE, (code, parent), out, out.area / shape.area)


def _polygons(shape: Any) -> list[Any]:
    return [part for part in shapely.get_parts(shape) if part.geom_type == "Polygon" and part.area > 0]


def _width(shape: Any) -> float:
    return float(2 * shape.area / shape.length) if shape.length else 0.0
