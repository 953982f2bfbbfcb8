"""Coordinates that would fit better in another datum: noticed and said, never changed by themselves.

A file in GCJ-02 that claims WGS84 lies some 400 to 700 m off. Points then fall out of the villages their own rows name,
and boundaries do not cover the standing ones; read in the right datum both do.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import comb, cos, radians
from typing import Any

import numpy as np
import shapely
from sqlalchemy import Connection, text

from etl.kinds.source import STAGE, Shape, Source
from etl.load.file_hint import Hint
from geodata.crs import convert_datum, convert_geometry
from geodata.vocabulary import Datum

_MOST_POINTS = 3000
_MOST_SHAPES = 100
# a coin would hardly fall like this: one chance in a thousand
_CHANCE = 0.001
# boundaries drawn by different hands disagree by tens of metres; a wrong datum by hundreds
_LEAST_OFF_M = 60
_METRES_A_DEGREE = 110_574
# WGS84 and CGCS2000 are one frame here, so one of them stands for both
_CANDIDATES = (Datum.CGCS2000, Datum.GCJ02, Datum.BD09)
_NEWEST = "ORDER BY lower(v.valid) DESC NULLS LAST LIMIT 1"


def suspect_datum(db: Connection, source: Source) -> list[Hint]:
    """What the staged rows suggest about the declared datum; faulty rows are looked at too.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled.
    source
        The kind of fact; one without shapes suggests nothing.

    Returns
    -------
    hints
        At most one per declared datum: of points, where a sign test leaves a chance of one in a thousand; of
        boundaries, where they lie 60 m off or more and another datum halves that.
    """
    if source.shape is Shape.POINT:
        return _of_points(db, source)
    return _of_boundaries(db) if source.shape is Shape.POLYGON else []


def _hint(key: str, declared: Datum, likely: Datum, better: int, worse: int) -> Hint:
    return Hint(key, {"declared": declared.value, "likely": likely.value, "better": better, "worse": worse})


def _others(declared: Datum) -> list[Datum]:
    own = Datum.CGCS2000 if declared is Datum.WGS84 else declared
    return [each for each in _CANDIDATES if each is not own]


def _of_points(db: Connection, source: Source) -> list[Hint]:
    own = any(each.name == "village_code" for each in source.fields)
    village = (
        "s.village_code" if own else "(SELECT village_code FROM grid.subject AS j WHERE j.subject_id = s.subject_id)"
    )
    rows = db.execute(
        text(
            f"SELECT s.source_datum, s.source_x, s.source_y, {village} FROM {STAGE} AS s"
            " WHERE s.point IS NOT NULL LIMIT :most"
        ),
        {"most": _MOST_POINTS},
    ).all()
    if not rows:
        return []
    codes = sorted({village for *_, village in rows if village is not None})
    shapes = db.execute(
        text(
            "SELECT u.code, ST_AsBinary(v.geom) FROM unnest(CAST(:codes AS text[])) AS u (code) CROSS JOIN LATERAL ("
            f"SELECT geom FROM grid.unit_version AS v WHERE v.code = u.code AND v.geom IS NOT NULL {_NEWEST}) AS v"
        ),
        {"codes": codes},
    )
    drawn = {code: shapely.from_wkb(bytes(shape)) for code, shape in shapes}
    found = []
    for declared in sorted({row[0] for row in rows}):
        mine = [(x, y, drawn[village]) for said, x, y, village in rows if said == declared and village in drawn]
        found += _better_points(Datum(declared), mine)
    return found


def _by_chance(heads: int, tosses: int) -> float:
    """How likely a fair coin falls at least so one-sided (the sign test, two-sided)."""
    falls = sum(comb(tosses, each) for each in range(heads, tosses + 1))
    return float(2 * falls / 2**tosses)


def _better_points(declared: Datum, points: Sequence[tuple[float, float, Any]]) -> list[Hint]:
    """The datum under which far more points lie in their own village, among those that do so under one of two."""
    if not points:
        return []
    x, y, villages = (np.array(each) for each in zip(*points, strict=True))
    shapely.prepare(villages)

    def inside(datum: Datum) -> Any:
        return shapely.intersects_xy(villages, *convert_datum(x, y, datum, Datum.CGCS2000))

    as_declared = inside(declared)
    hints = []
    for other in _others(declared):
        as_other = inside(other)
        better, worse = int((as_other & ~as_declared).sum()), int((as_declared & ~as_other).sum())
        if better > worse and _by_chance(better, better + worse) < _CHANCE:
            hints.append((worse - better, _hint("points", declared, other, better, worse)))
    return [hint for _, hint in sorted(hints, key=lambda each: each[0])[:1]]


# what a new boundary is compared with: the standing one of its code, else all that stand below it, else its parent's
_COMPARED = f"""
SELECT s.source_datum, ST_AsBinary(s.source_geom), own.geom IS NULL AND below.geom IS NULL AS within,
       ST_AsBinary(coalesce(own.geom, below.geom, above.geom))
FROM (SELECT * FROM {STAGE} WHERE source_geom IS NOT NULL ORDER BY level, code LIMIT :most) AS s
LEFT JOIN LATERAL (SELECT v.geom FROM grid.unit_version AS v WHERE v.code = s.code AND v.geom IS NOT NULL
                   {_NEWEST}) AS own ON true
LEFT JOIN LATERAL (SELECT ST_Union(v.geom) AS geom FROM grid.unit_version AS v
                   WHERE own.geom IS NULL AND v.parent_code = s.code AND upper_inf(v.valid)
                   HAVING count(*) = count(v.geom)) AS below ON true
LEFT JOIN LATERAL (SELECT v.geom FROM grid.unit_version AS v
                   WHERE v.code = s.parent_code AND v.geom IS NOT NULL {_NEWEST}) AS above ON true
WHERE coalesce(own.geom, below.geom, above.geom) IS NOT NULL
"""


def _of_boundaries(db: Connection) -> list[Hint]:
    rows = db.execute(text(_COMPARED), {"most": _MOST_SHAPES}).all()
    found = []
    for declared in sorted({row[0] for row in rows}):
        mine = [
            (shapely.from_wkb(bytes(new)), within, shapely.from_wkb(bytes(there)))
            for said, new, within, there in rows
            if said == declared
        ]
        found += _better_boundaries(Datum(declared), mine)
    return found


def _better_boundaries(declared: Datum, pairs: Sequence[tuple[Any, bool, Any]]) -> list[Hint]:
    """The datum that puts the boundaries on (or within) the standing ones with less than half the mismatch."""

    def off_m(datum: Datum) -> float:
        """The width of what does not match, along all borders, in metres (roughly)."""
        area = length = 0.0
        for new, within, there in pairs:
            moved = shapely.make_valid(convert_geometry(new, datum))
            differs = shapely.difference if within else shapely.symmetric_difference
            shrink = cos(radians(there.centroid.y))
            area += shapely.area(differs(moved, there)) * shrink
            length += shapely.length(there) * shrink
        return float(area / length * _METRES_A_DEGREE) if length else 0.0

    as_declared = off_m(declared)
    if as_declared < _LEAST_OFF_M:
        return []
    tried = {other: off_m(other) for other in _others(declared)}
    likely = min(tried, key=lambda other: tried[other])
    if tried[likely] > as_declared / 2:
        return []
    return [_hint("boundaries", declared, likely, round(as_declared), round(tried[likely]))]
