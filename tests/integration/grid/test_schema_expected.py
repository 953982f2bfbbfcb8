"""A database that is not as the code expects it is refused by whatever serves it, with what to run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from geodata.database.upgrade import migrate
from tests.visitors import application

PROJECT = Path(__file__).parents[3]
RUN = "python -m geodata migrate"
CHANGES = [
    "ALTER TABLE grid.visit DISABLE ROW LEVEL SECURITY",
    "UPDATE grid.schema_state SET made_by = 'older code'",
    "DELETE FROM grid.schema_state",
    "DROP FUNCTION grid.schema_made()",
    "GRANT SELECT ON grid_queue.procrastinate_jobs TO grid_app",
    "REVOKE UPDATE ON grid_queue.procrastinate_jobs FROM grid_jobs",
]


@pytest.fixture(params=CHANGES)
def changed(request: pytest.FixtureRequest, empty_db: Engine) -> Engine:
    """A database with something that this code did not make."""
    with empty_db.begin() as db:
        db.execute(text(request.param))
    return empty_db


def healthz(engine: Engine) -> tuple[int, dict[str, object]]:
    answer = application(engine).server.test_client().get("/healthz")
    return answer.status_code, answer.get_json()


def serve(engine: Engine, lang: str, *command: str) -> subprocess.CompletedProcess[str]:
    """A web server that knows the pages' roles only, and so cannot put anything right itself."""
    own = {name: value for name, value in os.environ.items() if name != "GRID_DATABASE_URL"}
    role = engine.url.set(username="grid_app").render_as_string(hide_password=False)
    door = engine.url.set(username="grid_door").render_as_string(hide_password=False)
    given = own | {"GRID_APP_DATABASE_URL": role, "GRID_DOOR_DATABASE_URL": door, "GRID_LANG": lang}
    return subprocess.run(
        [sys.executable, *command], cwd=PROJECT, env=given, capture_output=True, text=True, check=False, timeout=120
    )


def test_health_says_what_to_run_and_is_well_after_it(changed):
    status, said = healthz(changed)
    assert (status, said["status"], said["database"]) == (503, "unavailable", True)
    assert RUN in str(said["message"])
    migrate(changed)
    status, said = healthz(changed)
    assert (status, said["status"], "message" in said) == (200, "ok", False)


@pytest.mark.parametrize(("lang", "words"), [("zh", "不符"), ("en", "not what this program expects")])
def test_serve_refuses_in_one_sentence(empty_db, lang, words):
    with empty_db.begin() as db:
        db.execute(text(CHANGES[0]))
    done = serve(empty_db, lang, "-m", "dashboard", "serve", "--no-demo")
    assert done.returncode == 4
    assert done.stderr.count("\n") == 1
    assert words in done.stderr
    assert RUN in done.stderr


def test_a_server_of_ones_own_choosing_refuses_too(empty_db):
    with empty_db.begin() as db:
        db.execute(text(CHANGES[0]))
    done = serve(empty_db, "en", "-c", "import dashboard.wsgi")
    assert done.returncode != 0
    assert "schema_unexpected" in done.stderr
