"""The image's parts, as far as they can be checked without an engine: its entry runs for real against a PostGIS."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import psycopg
import pytest
import yaml
from sqlalchemy import URL, Engine, make_url, text

from dashboard.app.create_app import create_app
from dashboard.request import started_job
from geodata import embedded
from geodata.database.engine import application_engine, door_engine, make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.database.upgrade import is_empty, schema_version
from geodata.errors import SetupError
from geodata.jobs.job_list import get_job
from geodata.jobs.job_queue import start_job
from geodata.locale import Lang
from geodata.settings import settings
from geodata.vocabulary import JobState
from tests.builders import small_world
from tests.visitors import add_accounts, signed_in, token

PROJECT = Path(__file__).parents[3]
DOCKER = PROJECT / "docker"
COMPOSE = yaml.safe_load((DOCKER / "compose.yaml").read_text(encoding="utf-8"))
READY_SECONDS = 60
CLIENT_OF = {"bookworm": 15, "trixie": 17}
"""The version of ``postgresql-client`` of each release of Debian."""


def tool(name: str, *arguments: str | Path) -> None:
    program = Path(sys.executable).with_name(name)
    told = subprocess.run([program, *arguments], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout + told.stderr


def environment(url: str | None, **more: str) -> dict[str, str]:
    """The image's: its Python first on PATH, and nothing of this machine's settings."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    own = {"PATH": path, "HOME": "/tmp", "LC_ALL": "C.UTF-8", "GRID_HOME": os.environ["GRID_HOME"]}
    return own | more | ({"GRID_DATABASE_URL": url} if url else {})


def entry(*arguments: str, url: str | None, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [DOCKER / "entry", *arguments], env=environment(url, **more), capture_output=True, text=True, check=False
    )


def address(engine: Engine) -> str:
    return engine.url.render_as_string(hide_password=False)


def test_linters_find_nothing():
    tool("hadolint", DOCKER / "Dockerfile")
    tool("shellcheck", DOCKER / "entry")
    tool("yamllint", "-d", "{extends: relaxed, rules: {line-length: {max: 120}}}", DOCKER / "compose.yaml")


def test_the_image_runs_as_nobody_special_and_is_built_in_two_stages():
    lines = (DOCKER / "Dockerfile").read_text(encoding="utf-8").splitlines()
    assert len([line for line in lines if line.startswith("FROM ")]) == 2
    assert [line for line in lines if line.startswith("USER ")] == ["USER 10001"]
    assert any("/healthz" in line for line in lines)


def test_the_image_holds_every_room_and_only_what_is_sent_to_the_builder():
    copied = re.findall(r"^COPY (?!--from)(\S+)", (DOCKER / "Dockerfile").read_text(encoding="utf-8"), re.MULTILINE)
    sent = re.findall(r"^!(\S+)", (DOCKER / "Dockerfile.dockerignore").read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(copied) == sorted(sent)
    assert all((PROJECT / path).exists() for path in copied)


def test_compose_is_a_database_a_one_shot_load_the_web_and_the_worker():
    services = COMPOSE["services"]
    assert set(services) == {"db", "load", "web", "worker"}
    assert services["load"]["restart"] == "no"
    assert services["load"]["depends_on"] == {"db": {"condition": "service_healthy"}}
    for each in ("web", "worker"):
        assert services[each]["depends_on"] == {"load": {"condition": "service_completed_successfully"}}
        assert services[each]["command"] == [each]
        assert services[each]["restart"] == "unless-stopped"
    assert services["db"]["image"].startswith("postgis/postgis:")
    assert services["db"]["healthcheck"]["test"]
    assert "ports" not in services["db"]


def test_web_and_worker_share_the_home_where_files_to_load_and_files_made_lie():
    (home,) = re.findall(r"GRID_HOME=(\S+)", (DOCKER / "Dockerfile").read_text(encoding="utf-8"))
    for each in ("load", "web", "worker"):
        assert COMPOSE["services"][each]["volumes"] == [f"home:{home}"]


@pytest.mark.parametrize("service", ["load", "web", "worker"])
def test_the_programs_containers_have_no_rights_to_lose(service):
    settings = COMPOSE["services"][service]
    assert settings["read_only"] is True
    assert settings["cap_drop"] == ["ALL"]
    assert settings["security_opt"] == ["no-new-privileges:true"]


def test_no_backup_is_made_where_the_image_has_no_program_for_it():
    """The distribution's client is older than the server and would refuse it; pages tell that none are made."""
    (major,) = re.findall(r"^postgis/postgis:(\d+)", COMPOSE["services"]["db"]["image"])
    dockerfile = (DOCKER / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM python:\S+-slim-(\w+)", dockerfile, re.MULTILINE)
    assert CLIENT_OF[bases[-1]] < int(major), "put the client into the image, and let backups be made"
    for each in ("load", "web", "worker"):
        assert COMPOSE["services"][each]["environment"]["GRID_BACKUPS_KEPT"] == "0"


def test_every_variable_of_compose_stands_in_the_example():
    used = set(re.findall(r"\$\{(\w+)", (DOCKER / "compose.yaml").read_text(encoding="utf-8")))
    shown = set(re.findall(r"^(\w+)=", (DOCKER / ".env.example").read_text(encoding="utf-8"), re.MULTILINE))
    assert used == shown


def test_entry_names_what_is_missing():
    told = entry("web", url=None)
    assert told.returncode == 2
    assert "GRID_DATABASE_URL" in told.stderr
    assert entry("rm", url="postgresql://nowhere/grid").returncode == 2


def test_load_migrates_and_leaves_the_database_empty_when_told_so(empty_db):
    with empty_db.begin() as db:
        db.execute(text("DROP SCHEMA grid, grid_queue CASCADE"))
    done = entry("migrate-and-load", url=address(empty_db), GRID_DEMO="no")
    assert done.returncode == 0, done.stderr
    with read_transaction(empty_db) as db:
        assert schema_version(db)
        assert is_empty(db)


def test_load_fills_an_empty_database_once(empty_db):
    def batches() -> int:
        with read_transaction(empty_db) as db:
            return db.execute(text("SELECT count(*) FROM grid.load_batch")).scalar_one()

    first = entry("migrate-and-load", url=address(empty_db))
    assert first.returncode == 0, first.stderr
    loaded = batches()
    assert loaded > 0
    second = entry("migrate-and-load", url=address(empty_db))
    assert second.returncode == 0, second.stderr
    assert batches() == loaded


def test_only_the_load_knows_the_owner_of_the_tables():
    services = COMPOSE["services"]
    assert "GRID_DATABASE_URL" in services["load"]["environment"]
    assert "GRID_DATABASE_URL" not in services["web"]["environment"]
    assert "//grid_app:" in services["web"]["environment"]["GRID_APP_DATABASE_URL"]
    assert "//grid_door:" in services["web"]["environment"]["GRID_DOOR_DATABASE_URL"]
    assert "//grid_load:" in services["worker"]["environment"]["GRID_LOAD_DATABASE_URL"]
    passwords = {
        name: {word for word in re.findall(r"\$\{(\w+):", str(each["environment"])) if word.endswith("_PASSWORD")}
        for name, each in services.items()
    }
    assert passwords["web"] == {"APP_PASSWORD", "DOOR_PASSWORD"}
    assert passwords["worker"] == {"APP_PASSWORD", "LOAD_PASSWORD", "JOBS_PASSWORD"}
    assert passwords["load"] == passwords["web"] | passwords["worker"] | {"POSTGRES_PASSWORD"}


@pytest.fixture
def with_passwords() -> Iterator[dict[str, str]]:
    """A server of its own that asks the program's roles for passwords, as one over a network does: the settings of it.

    Filled by the entry as the container ``load`` runs it, then with the small world.
    """
    home = Path(tempfile.mkdtemp(prefix="grid-docker-", dir="/tmp"))
    home.chmod(0o711)
    owner = make_url(embedded.start_cluster(home, durable=False))
    try:
        yield _asking_for_passwords(home, owner)
    finally:
        embedded.stop_cluster(home)
        shutil.rmtree(home)


def _asking_for_passwords(home: Path, owner: URL) -> dict[str, str]:
    hba = embedded.cluster_status(home).data / "pg_hba.conf"
    hba.write_text(
        f"local all grid_app,grid_door,grid_load,grid_jobs scram-sha-256\n{hba.read_text()}", encoding="utf-8"
    )
    where = owner.query
    with psycopg.connect(host=where["host"], port=where["port"], user="postgres", dbname="postgres") as db:
        db.execute("SELECT pg_reload_conf()")
    urls = {
        "GRID_DATABASE_URL": owner,
        "GRID_APP_DATABASE_URL": owner.set(username="grid_app", password="one"),
        "GRID_DOOR_DATABASE_URL": owner.set(username="grid_door", password="four"),
        "GRID_LOAD_DATABASE_URL": owner.set(username="grid_load", password="two"),
        "GRID_JOBS_DATABASE_URL": owner.set(username="grid_jobs", password="three"),
    }
    said = {name: url.render_as_string(hide_password=False) for name, url in urls.items()}
    done = entry("migrate-and-load", url=None, GRID_DEMO="no", **said)
    assert done.returncode == 0, done.stderr
    engine = make_engine(owner)
    with write_transaction(engine) as db:
        add_accounts(small_world(db))
    engine.dispose()
    return said


def of_the_worker(named: dict[str, str]) -> dict[str, str]:
    """Of the addresses of databases those that compose gives its worker."""
    return {name: url for name, url in named.items() if name in COMPOSE["services"]["worker"]["environment"]}


def test_the_steward_loads_and_takes_back_where_web_knows_only_roles_that_own_nothing(with_passwords, monkeypatch):
    for name in COMPOSE["services"]["web"]["environment"]:
        if name in with_passwords:
            monkeypatch.setenv(name, with_passwords[name])
    settings.cache_clear()
    assert settings().database_url is None
    engine, door = application_engine(), door_engine()
    monkeypatch.setattr(started_job, "WAIT_SECONDS", READY_SECONDS)
    worker = subprocess.Popen([DOCKER / "entry", "worker"], env=environment(None, **of_the_worker(with_passwords)))
    try:
        steward = signed_in(create_app(settings(), engine, door), "da")
        csrf = {"csrf_token": token(steward)}
        names = "人员编号,姓名\nX1,新来的\nOw1,改名\n".encode("utf-8-sig")
        sent = steward.post("/data/upload", data=csrf | {"file": (io.BytesIO(names), "人员.csv")})
        where = sent.headers["Location"]
        assert "改名" in steward.get(where).text, "what would change is shown"
        assert steward.post(f"{where}/load", data=csrf).headers["Location"] == "/data"
        listed = steward.get("/data").text
        (batch,) = re.findall(r"/data/undo/(\d+)", listed)
        assert steward.post(f"/data/undo/{batch}", data=csrf).status_code == 303
        assert "已撤回" in steward.get("/data").text
    finally:
        worker.terminate()
        worker.wait(20)
        engine.dispose()
        door.dispose()
        monkeypatch.undo()
        settings.cache_clear()
    owner = make_engine(with_passwords["GRID_DATABASE_URL"])
    with read_transaction(owner) as db:
        assert set(db.execute(text("SELECT name FROM grid.person")).scalars()) & {"新来的", "改名"} == set()
        assert db.execute(
            text("SELECT loaded_by, undone_by FROM grid.load_batch WHERE id = :b"), {"b": batch}
        ).one() == (
            "da",
            "da",
        )
    owner.dispose()


def test_the_worker_does_jobs_where_it_knows_no_role_that_owns_anything(with_passwords):
    pages, said = make_engine(with_passwords["GRID_APP_DATABASE_URL"]), of_the_worker(with_passwords)
    assert "GRID_DATABASE_URL" not in said
    worker = subprocess.Popen([DOCKER / "entry", "worker"], env=environment(None, **said))
    try:
        with write_transaction(pages, Scope("qin")) as db:
            number = start_job(db, "check_grid", "check_grid", Lang.ZH)
        until = time.monotonic() + READY_SECONDS
        while time.monotonic() < until:
            with read_transaction(pages, Scope("qin")) as db:
                if not (job := get_job(db, number)).is_open:
                    break
            time.sleep(0.2)
        assert job.state is JobState.DONE, job
    finally:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(timeout=20) == 0
        pages.dispose()


def test_web_serves_with_the_roles_that_own_nothing_alone(empty_db):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    named = {
        "GRID_APP_DATABASE_URL": empty_db.url.set(username="grid_app").render_as_string(hide_password=False),
        "GRID_DOOR_DATABASE_URL": empty_db.url.set(username="grid_door").render_as_string(hide_password=False),
    }
    web = subprocess.Popen([DOCKER / "entry", "web"], env=environment(None, PORT=str(port), **named))
    try:
        assert healthy(f"http://127.0.0.1:{port}/healthz")
    finally:
        web.send_signal(signal.SIGTERM)
        assert web.wait(timeout=20) == 0


def test_web_that_could_let_nobody_in_says_so_and_ends(empty_db):
    role = empty_db.url.set(username="grid_app").render_as_string(hide_password=False)
    told = subprocess.run([DOCKER / "entry", "web"], env=environment(None, GRID_APP_DATABASE_URL=role),
                          capture_output=True, text=True, check=False, timeout=READY_SECONDS)  # fmt: skip
    assert told.returncode == SetupError.exit_code
    assert "GRID_DOOR_DATABASE_URL" in told.stderr
    assert "Traceback" not in told.stderr


def test_web_answers_healthz_and_ends_when_told(empty_db):
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    web = subprocess.Popen([DOCKER / "entry", "web"], env=environment(address(empty_db), PORT=str(port)))
    try:
        assert healthy(f"http://127.0.0.1:{port}/healthz")
    finally:
        web.send_signal(signal.SIGTERM)
        assert web.wait(timeout=20) == 0


def healthy(url: str) -> bool:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until:
        try:
            with urlopen(url, timeout=5) as answer:
                return answer.status == 200
        except (URLError, ConnectionError):
            time.sleep(0.1)
    return False
