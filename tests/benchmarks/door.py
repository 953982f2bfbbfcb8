"""The door under load: a million visits with every check against a bare COPY of them, and 7 700 detailed villages."""

from __future__ import annotations

import csv
import random
import time
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from pathlib import Path

import geopandas as gpd
import numpy as np
import shapely
from sqlalchemy import Engine, text

from etl.sources.patrols.visits import HEADS
from geodata import embedded
from geodata.database.engine import make_engine
from tests.benchmarks.process import command
from tests.benchmarks.table import Row

VISITS = 1_000_000
SUBJECTS, VILLAGES_A_TOWN, TOWNS = 20_000, 64, 121
# a town is 8 × 8 villages, the district 11 × 11 towns: 7 744 villages
TOWN_SIDE, DISTRICT_SIDE = 8, 11
VERTICES_A_SIDE = 100
WEST, SOUTH, STEP = 126.0, 41.0, 0.03


def rows(home: Path) -> Iterator[Row]:
    """Measure in ``home``, which is removed by the caller."""
    folder = home / "files"
    folder.mkdir(parents=True)
    command(home, "geodata", "up")
    try:
        yield from _villages(home, folder)
        yield from _visits(home, folder)
    finally:
        embedded.stop_cluster(home)


def _villages(home: Path, folder: Path) -> Iterator[Row]:
    _write(folder / "units.csv", _units())
    command(home, "etl", "load", str(folder / "units.csv"))
    frame = _boundaries()
    frame.to_file(folder / "units.gpkg", layer="units")
    run = command(home, "etl", "load", str(folder / "units.gpkg"), "--datum", "cgcs2000")
    vertices = int(shapely.get_num_coordinates(frame.geometry.to_numpy()).sum())
    villages = TOWNS * VILLAGES_A_TOWN
    yield Row(
        f"{villages:,} villages ({vertices:,} vertices) checked for coverage and loaded", run.seconds, "s", aim=60
    )
    yield Row("the same, peak memory", run.peak_mb, "MB")


def _visits(home: Path, folder: Path) -> Iterator[Row]:
    for name, lines in (("people", _people()), ("subjects", _subjects()), ("posts", _posts()), ("visits", _visited())):
        _write(folder / f"{name}.csv", lines)
    for name in ("people", "subjects", "posts"):
        command(home, "etl", "load", str(folder / f"{name}.csv"))
    run = command(home, "etl", "load", str(folder / "visits.csv"))
    engine = make_engine(embedded.start_cluster(home))
    copied = _bare_copy(engine, folder / "visits.copy")
    engine.dispose()
    yield Row(f"{VISITS:,} visits from CSV, every check", VISITS / run.seconds, "rows/s", more_is_better=True)
    yield Row("the same rows by a bare COPY", VISITS / copied, "rows/s", more_is_better=True)
    yield Row("the first as a share of the second", copied / run.seconds, "", aim=0.3, more_is_better=True)
    yield Row("the visits from CSV, peak memory", run.peak_mb, "MB", aim=1024)


def _bare_copy(engine: Engine, file: Path) -> float:
    """Seconds to copy the table's rows back into it, its indexes and constraints in place, our triggers off."""
    with engine.begin() as db, file.open("wb") as out:
        with db.connection.driver_connection.cursor().copy("COPY grid.visit TO STDOUT") as copy:
            for block in copy:
                out.write(block)
        assert db.execute(text("SELECT count(*) FROM grid.visit")).scalar_one() == VISITS
        db.execute(text("TRUNCATE grid.visit, grid.finding, grid.chain_record"))
        db.execute(text("ALTER TABLE grid.visit DISABLE TRIGGER USER"))
    begun = time.perf_counter()
    with (
        engine.begin() as db,
        file.open("rb") as stream,
        db.connection.driver_connection.cursor().copy("COPY grid.visit FROM STDIN") as copy,
    ):
        while block := stream.read(1 << 20):
            copy.write(block)
    return time.perf_counter() - begun


def _write(file: Path, lines: Iterable[Mapping[str, object]]) -> None:
    lines = iter(lines)
    first = next(lines)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(first))
        writer.writeheader()
        writer.writerow(first)
        writer.writerows(lines)


DISTRICT = "220602000000"


def _code(town: int, village: int = -1) -> str:
    return f"220602{town + 100:03}{village + 200 if village >= 0 else 0:03}"


def _units() -> Iterator[Mapping[str, object]]:
    yield {"code": DISTRICT, "name": "示范区", "kind": "district", "parent_code": ""}
    for town in range(TOWNS):
        yield {"code": _code(town), "name": f"镇{town}", "kind": "town", "parent_code": DISTRICT}
        for village in range(VILLAGES_A_TOWN):
            name = f"村{town}-{village}"
            yield {"code": _code(town, village), "name": name, "kind": "village", "parent_code": _code(town)}


def _boundaries() -> gpd.GeoDataFrame:
    """Villages whose neighbours share crooked borders, vertex by vertex; towns and the district are their union."""
    side = TOWN_SIDE * DISTRICT_SIDE
    crooked = np.random.default_rng(7)
    along = np.linspace(0, 1, VERTICES_A_SIDE + 1)

    def border() -> np.ndarray:
        # so gentle that two borders never meet but in the corner they share
        wander = 0.15 * crooked.normal(size=VERTICES_A_SIDE + 1).cumsum()
        bridge = (wander - wander[0] - along * (wander[-1] - wander[0])) / VERTICES_A_SIDE
        bridge[[0, -1]] = 0
        return np.clip(bridge, -0.3, 0.3) * STEP

    flat = [[border() for _ in range(side)] for _ in range(side + 1)]
    upright = [[border() for _ in range(side)] for _ in range(side + 1)]

    def row(x: int, y: int) -> np.ndarray:
        """The border along the south of cell (x, y), west to east."""
        return np.column_stack([WEST + (x + along) * STEP, SOUTH + y * STEP + flat[y][x]])

    def column(x: int, y: int) -> np.ndarray:
        """The border along the west of cell (x, y), south to north."""
        return np.column_stack([WEST + x * STEP + upright[x][y], SOUTH + (y + along) * STEP])

    def cell(x: int, y: int) -> shapely.Polygon:
        around = [row(x, y)[:-1], column(x + 1, y)[:-1], row(x, y + 1)[:0:-1], column(x, y)[:0:-1]]
        return shapely.Polygon(np.vstack(around).round(7))

    codes, shapes = [], []
    for town in range(TOWNS):
        base_x, base_y = town % DISTRICT_SIDE * TOWN_SIDE, town // DISTRICT_SIDE * TOWN_SIDE
        mine = [cell(base_x + n % TOWN_SIDE, base_y + n // TOWN_SIDE) for n in range(VILLAGES_A_TOWN)]
        codes += [_code(town), *(_code(town, village) for village in range(VILLAGES_A_TOWN))]
        shapes += [shapely.coverage_union_all(mine), *mine]
    district = shapely.coverage_union_all(shapes[:: VILLAGES_A_TOWN + 1])
    return gpd.GeoDataFrame({"code": [DISTRICT, *codes]}, geometry=[district, *shapes], crs="EPSG:4490")


def _people() -> Iterator[Mapping[str, object]]:
    return ({"person_no": f"R{number}", "name": f"张{number}"} for number in range(400))


def _place(number: int) -> tuple[int, int]:
    return number % TOWNS, number // TOWNS % VILLAGES_A_TOWN


def _point(number: int) -> tuple[float, float]:
    """A place well inside the village of subject ``number``."""
    town, village = _place(number)
    x = town % DISTRICT_SIDE * TOWN_SIDE + village % TOWN_SIDE
    y = town // DISTRICT_SIDE * TOWN_SIDE + village // TOWN_SIDE
    return WEST + (x + 0.4 + number % 7 / 35) * STEP, SOUTH + (y + 0.4 + number % 11 / 55) * STEP


def _subjects() -> Iterator[Mapping[str, object]]:
    for number in range(SUBJECTS):
        lon, lat = _point(number)
        yield {
            "subject_id": f"S{number}", "name": f"户{number}", "kinds": "grower", "sectors": "vegetable",
            "village_code": _code(*_place(number)), "lon": f"{lon:.6f}", "lat": f"{lat:.6f}", "datum": "wgs84",
            "entry_on": "2020-01-01", "risk": "low",
        }  # fmt: skip


def _posts() -> Iterator[Mapping[str, object]]:
    for number in range(400):
        unit = _code(*_place(number))
        yield {"person_no": f"R{number}", "role": "assistant", "unit_code": unit, "from_on": "2020-01-01"}


def _visited() -> Iterator[Mapping[str, object]]:
    dice = random.Random(1)
    for number in range(VISITS):
        subject = number % SUBJECTS
        day = date(2023, 1, 1) + timedelta(days=number // SUBJECTS * 20 + dice.randrange(20))
        lon, lat = _point(subject)
        yield {
            "visit_no": f"V{number:07}", "subject_id": f"S{subject}", "kind": "patrol", "outcome": "completed",
            "visited_on": day, "recorded_at": f"{day} {8 + number % 10:02}:{number % 60:02}",
            "person_no": f"R{subject % 400}", "visitor_role": "assistant", "lon": f"{lon + dice.random() / 1e4:.6f}",
            "lat": f"{lat + dice.random() / 1e4:.6f}", "datum": "wgs84",
            **{head: dice.choice(("yes", "yes", "no", "na")) for head in HEADS},
        }  # fmt: skip
