"""A day begins where GRID_TIMEZONE says: in the loader, in checks of tables, in functions and policies alike."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from geodata.database.scope import read_transaction
from geodata.database.upgrade import migrate
from geodata.schema import is_current
from tests.integration import office

PROJECT = Path(__file__).parents[3]
# recorded forty minutes into its own day in Tokyo; in Shanghai that is still the day before
NIGHT = office.VISITS[0] | {"巡查编号": "N1", "巡查日期": "2026-03-20", "登记时间": "2026-03-20 00:40"}


@pytest.fixture
def loaded(empty_db, tmp_path) -> Engine:
    office.load_office(empty_db, office.write_office(tmp_path), boundaries=False)
    return empty_db


def load(engine: Engine, file: Path, zone: str, *words: str) -> subprocess.CompletedProcess[str]:
    url = engine.url.render_as_string(hide_password=False)
    return subprocess.run(
        [sys.executable, "-m", "etl", "load", file, *words],
        cwd=PROJECT,
        env=os.environ | {"GRID_DATABASE_URL": url, "GRID_TIMEZONE": zone},
        capture_output=True,
        text=True,
        check=False,
    )


def zone(engine: Engine) -> str:
    with read_transaction(engine) as db:
        return str(db.execute(text("SELECT grid.time_zone()")).scalar_one())


def test_a_visit_recorded_after_midnight_is_of_the_day_that_has_begun_there(loaded, tmp_path):
    file = office.write_csv(tmp_path / "巡查.csv", [NIGHT])
    seen = load(loaded, file, "Asia/Tokyo", "--dry-run")
    assert (seen.returncode, seen.stderr) == (0, "")
    assert load(loaded, file, "Asia/Tokyo").returncode == 0
    asked = "visit_no = 'N1' AND grid.day_of(recorded_at) = visited_on"
    assert office.count(loaded, "visit", asked) == 1
    assert zone(loaded) == "Asia/Tokyo"


def test_a_zone_that_was_changed_is_everywhere_after_the_next_upgrade(loaded):
    tokyo = "2026-03-20 00:40+09"
    put = text(f"UPDATE grid.visit SET visited_on = '2026-03-20', recorded_at = '{tokyo}' WHERE visit_no = 'V1'")
    with loaded.connect() as db, pytest.raises(IntegrityError, match="ck_visit_not_in_future"):
        db.execute(put)
    url = loaded.url.render_as_string(hide_password=False)
    given = os.environ | {"GRID_DATABASE_URL": url, "GRID_TIMEZONE": "Asia/Tokyo"}
    subprocess.run(
        [sys.executable, "-m", "geodata", "migrate"], cwd=PROJECT, env=given, check=True, capture_output=True
    )
    with read_transaction(loaded) as db:
        assert not is_current(db)  # this process's zone is another one
        for moment in ("2026-03-19 14:59:59Z", "2026-03-19 15:00:00Z"):
            day = db.execute(text("SELECT grid.day_of(CAST(:moment AS timestamptz))"), {"moment": moment}).scalar_one()
            assert day.day == (20 if "15:00" in moment else 19)
    with loaded.connect() as db:
        db.execute(put)
        db.rollback()
    migrate(loaded)
    assert zone(loaded) == "Asia/Shanghai"


def test_a_plan_knows_the_zone_as_a_constant(db):
    """Inlined, today and the day of a moment are what stood there in full: no function is called row by row."""
    for condition in ("valid @> grid.today()", "lower(valid) <= grid.day_of(now())"):
        plan = " ".join(
            db.execute(text(f"EXPLAIN VERBOSE SELECT code FROM grid.unit_version WHERE {condition}")).scalars()
        )
        assert "'Asia/Shanghai'" in plan
        assert "grid.today" not in plan
        assert "grid.day_of" not in plan
