"""The tree of a small demonstration: units nested like boxes, each cut into as many as the level below has."""

from __future__ import annotations

from typing import Any

import pandas as pd
import shapely

from etl.demo.demo_plan import shipped_table
from etl.demo.land import Land
from geodata.levels import Level, Levels
from geodata.locale import Lang, label_of

_Box = tuple[float, float, float, float]
_Standing = tuple[str, str | None, tuple[int, ...], _Box]
_ROOT_BOX: _Box = (126.0, 41.0, 128.0, 42.0)
"""West, south, east, north in degrees, EPSG:4490."""


def plant_tree(levels: Levels, plan: dict[str, Any]) -> Land:
    """The units of a shape, with borders that children share with their parent.

    Parameters
    ----------
    levels
        The levels, root first.
    plan
        ``fan_out``: into how many units each is cut, level by level; ``codes``: ``12 digits`` of the official scheme,
        or codes that only a parent table explains.

    Returns
    -------
    land
        The units, root first; nothing else of a ``Land`` is filled.
    """
    mark, rows = shipped_table("small")["mark"], []
    standing: list[_Standing] = [("1", None, (), _ROOT_BOX)]
    for depth, row in enumerate(levels.rows):
        kind, below = row.kinds[-1], list[_Standing]()
        for code, parent, path, box in standing:
            name = f"{mark}{''.join(map(str, path))}{label_of(kind, Lang.ZH)}"
            written = _official(path) if plan["codes"] == "12 digits" else f"N{code}"
            above = None if parent is None else _official(path[:-1]) if plan["codes"] == "12 digits" else f"N{parent}"
            rows.append((written, name, kind.value, above, row.level, shapely.box(*box)))
            if row.level is not Level.VILLAGE:
                parts = _cut(box, plan["fan_out"][depth], sideways=depth % 2 == 0)
                below += [(f"{code}-{n}", code, (*path, n), part) for n, part in enumerate(parts, start=1)]
        standing = below
    units = pd.DataFrame(rows, columns=["code", "name", "kind", "parent_code", "level", "geometry"])
    return Land(units.set_index("code", drop=False), {}, pd.DataFrame())


def _official(path: tuple[int, ...]) -> str:
    """Codes of the 12-digit scheme for a district with towns right below."""
    return f"990101{100 + path[0] if path else 0:03d}000"


def _cut(box: _Box, parts: int, *, sideways: bool) -> list[_Box]:
    west, south, east, north = box
    if sideways:
        wide = (east - west) / parts
        return [(west + n * wide, south, west + (n + 1) * wide, north) for n in range(parts)]
    high = (north - south) / parts
    return [(west, south + n * high, east, south + (n + 1) * high) for n in range(parts)]
