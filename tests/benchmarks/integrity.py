"""How long the grid's coverage takes to check: a prefecture of 7 700 villages whose borders bend every ten metres."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely
from sqlalchemy import Connection, text

from geodata import embedded
from geodata.crs import STORED_EPSG
from geodata.database.engine import make_engine
from geodata.database.scope import write_transaction
from geodata.database.upgrade import migrate
from geodata.integrity.run_checks import run_checks
from tests.benchmarks.table import Row

EAST, NORTH, TOWN_EAST, TOWN_NORTH = 77, 100, 7, 2
SIDE, BENDS = 0.04, 100
"""Degrees along a village's side, and in how many pieces it bends: 400 corners a village."""
DAY = date(2026, 1, 1)
Line = npt.NDArray[np.float64]


def _border(east: int, north: int, upward: bool) -> Line:
    """The side that begins at a corner of the lattice: the same for both villages that share it."""
    along = np.linspace(0, 1, BENDS + 1)
    across = np.random.default_rng((east, north, int(upward))).normal(0, SIDE / BENDS / 4, BENDS + 1)
    across[[0, -1]] = 0
    x, y = (across, along * SIDE) if upward else (along * SIDE, across)
    return np.round(np.column_stack([110 + east * SIDE + x, 30 + north * SIDE + y]), 7)


def _village(east: int, north: int) -> shapely.Polygon:
    south, west = _border(east, north, False), _border(east, north, True)
    top, right = _border(east, north + 1, False), _border(east + 1, north, True)
    return shapely.Polygon(np.vstack([south[:-1], right[:-1], top[::-1][:-1], west[::-1][:-1]]))


def _units() -> pd.DataFrame:
    """Columns ``code level kind parent_code geom``: a district, 550 towns, 7 700 villages, without gap or overlap."""
    villages = [
        (f"V{east:02}{north:02}", f"T{east // TOWN_EAST:02}{north // TOWN_NORTH:02}", _village(east, north))
        for east in range(EAST)
        for north in range(NORTH)
    ]
    frame = pd.DataFrame(villages, columns=["code", "parent_code", "geom"]).assign(level="village")
    towns = frame.groupby("parent_code")["geom"].agg(lambda shapes: shapely.coverage_union_all(shapes.to_list()))
    above = pd.DataFrame({"code": towns.index, "parent_code": "D", "geom": towns.to_list(), "level": "town"})
    whole = shapely.coverage_union_all(towns.to_list())
    top = pd.DataFrame({"code": ["D"], "parent_code": [None], "geom": [whole], "level": ["district"]})
    return pd.concat([top, above, frame], ignore_index=True)


def _insert(db: Connection, units: pd.DataFrame) -> None:
    batch = db.execute(
        text("INSERT INTO grid.load_batch (kind, file_name, file_sha256) VALUES ('units', 'bench', '') RETURNING id")
    ).scalar_one()
    shapes = shapely.set_srid(shapely.multipolygons([[shape] for shape in units["geom"]]), STORED_EPSG)
    stored = units.assign(geom=shapely.to_wkb(shapes, hex=True, include_srid=True), batch=batch)
    rows = stored.astype(object).where(stored.notna(), None).to_dict("records")
    db.execute(text("INSERT INTO grid.unit VALUES (:code, :level)"), rows)
    db.execute(
        text(
            "INSERT INTO grid.unit_version (code, level, name, kind, parent_code, geom, source_datum, batch_id)"
            " VALUES (:code, :level, :code, :level, :parent_code, CAST(:geom AS geometry), 'cgcs2000', :batch)"
        ),
        rows,
    )


def _seconds(db: Connection) -> tuple[float, int]:
    begun = time.perf_counter()
    outcomes = run_checks(db, DAY, checks=["gap", "overlap", "sliver", "outside_parent"])
    return time.perf_counter() - begun, sum(each.found for each in outcomes)


def rows(home: Path) -> Iterator[Row]:
    """Measure in a ``home`` of its own: everything in order, then every twentieth village moved by some metres."""
    engine = make_engine(embedded.start_cluster(home))
    try:
        migrate(engine)
        units = _units()
        corners = int(shapely.get_num_coordinates(units["geom"].to_numpy()).sum())
        with write_transaction(engine) as db:
            _insert(db, units)
            seconds, faults = _seconds(db)
            if faults:
                raise RuntimeError(f"{faults} faults in a coverage without any")
            yield Row(f"coverage of {EAST * NORTH:,} villages, {corners:,} corners", seconds, "s", aim=60)
            db.execute(
                text(
                    "UPDATE grid.unit_version SET geom = ST_Translate(geom, 0.00007, 0.00003)"
                    " WHERE level = 'village' AND id % 20 = 0"
                )
            )
            seconds, faults = _seconds(db)
            yield Row(f"the same with {faults:,} faults, and the work list written", seconds, "s", aim=60)
    finally:
        engine.dispose()
        embedded.stop_cluster(home)
