"""Whether the boundaries of a file, level by level, cover their land once: no overlaps, no slivers between neighbours.

Noticed while loading and said; boundaries as offices draw them are rarely perfect, so no row is refused for it.
"""

from __future__ import annotations

import shapely
from sqlalchemy import Connection, text

from etl.kinds.source import STAGE, Shape, Source
from etl.load.file_hint import Hint
from geodata.territory.level_table import read_levels

# narrower than a metre is no field and no road but a slip of the pen (in degrees of latitude)
_SLIVER_DEG = 1 / 110_574
_NAMES_SAID = 5


def find_uncovered(db: Connection, source: Source) -> list[Hint]:
    """One hint per level on which neighbours overlap, or leave a gap narrower than a metre between them.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled; polygons in EPSG:4490.
    source
        The kind of fact; one without polygons has none.

    Returns
    -------
    hints
        The highest level first; each names how many units are concerned and the first five codes.
    """
    if source.shape is not Shape.POLYGON:
        return []
    found = []
    for level in read_levels(db).units[1:]:
        rows = db.execute(
            text(
                f"SELECT code, ST_AsBinary(geom) FROM {STAGE} WHERE geom IS NOT NULL AND level = :level ORDER BY code"
            ),
            {"level": level.value},
        ).all()
        if not rows:
            continue
        shapes = shapely.from_wkb([bytes(shape) for _, shape in rows])
        sound = shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=_SLIVER_DEG))
        codes = [code for (code, _), fits in zip(rows, sound, strict=True) if not fits]
        if codes:
            shown = " ".join(codes[:_NAMES_SAID]) + (" …" if len(codes) > _NAMES_SAID else "")
            found.append(Hint("coverage", {"level": level, "count": len(codes), "codes": shown}))
    return found
