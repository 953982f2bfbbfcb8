"""Folders the program writes into: what nobody needs is thrown away and told, what somebody needs stays."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from dashboard.request.job_kinds import discover_jobs
from dashboard.screens.data.uploads import KEPT_SECONDS, UploadStore, Waiting
from dashboard.tables.kept_file import FOLDER, PART, UNKNOWN_SECONDS
from etl.mapping.mapping_file import saved_in
from geodata.database.engine import JOBS, application_engine, engine_of_role
from geodata.database.scope import Scope, write_transaction
from geodata.jobs.job_queue import start_job
from geodata.jobs.job_tidying import tidy_up
from geodata.jobs.old_files import remove_older
from geodata.locale import Lang
from geodata.settings import settings
from tests.builders import small_world
from tests.visitors import add_accounts

TOKENS = {name: name[0] * 32 for name in ("asked", "broken", "current", "dusty")}
PROJECT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def owner(module_db):
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return module_db


@pytest.fixture
def home(owner, own_home):
    return settings().home


def age(path: Path, seconds: float) -> None:
    os.utime(path, (time.time() - seconds,) * 2)


def tidy(owner, home):
    worker = engine_of_role(JOBS, owner.url, pool_size=1)
    gone = tidy_up(worker, discover_jobs(), home)
    worker.dispose()
    return gone


def ask(owner, kind, key, **arguments):
    pages = application_engine(owner.url)
    with write_transaction(pages, Scope("da")) as db:
        number = start_job(db, kind, key, Lang.ZH, arguments)
    pages.dispose()
    return number


def end(owner, number):
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET state = 'stopped', ended_at = now() WHERE id = :n"), {"n": number})


def upload(home, name, seconds):
    folder = home / "uploads" / TOKENS[name]
    folder.mkdir(parents=True)
    (folder / "人员.csv").write_text("人员编号,姓名\n")
    UploadStore(home).store_said(Waiting(TOKENS[name], "da", "人员.csv"))
    age(folder, seconds)
    return folder


def test_an_upload_goes_a_day_after_it_was_last_looked_at_unless_an_open_job_needs_it(owner, home):
    old = KEPT_SECONDS + 60
    asked, looked_at, current, dusty = (
        upload(home, name, seconds)
        for name, seconds in (("asked", old), ("broken", old), ("current", 60), ("dusty", old))
    )
    number = ask(owner, "load_file", "load_file:a", token=TOKENS["asked"])
    UploadStore(home).find_upload(TOKENS["broken"], "da")
    assert tidy(owner, home) == {"load_file": 1}
    assert [each.exists() for each in (asked, looked_at, current, dusty)] == [True, True, True, False]
    end(owner, number)
    age(asked, old)
    assert tidy(owner, home) == {"load_file": 1}, "the job is over"


def test_the_file_of_a_job_goes_with_the_job_and_halves_go_once_it_is_over(owner, home, caplog):
    kept, forgotten, running = (
        ask(owner, "export_table", str(number), what="subjects", asked={"format": "csv"}) for number in range(3)
    )
    for number in (kept, forgotten):
        (home / FOLDER / str(number)).mkdir(parents=True)
    halves = {number: home / FOLDER / f"{number}-1{PART}" for number in (kept, running)}
    for half in halves.values():
        half.mkdir()
        (half / "body").write_bytes(b"half")
    with owner.begin() as db:
        ended = "UPDATE grid.job SET state = 'stopped', ended_at = now() - :days * interval '1 day' WHERE id = :number"
        db.execute(text(ended), [{"days": 29, "number": kept}, {"days": 31, "number": forgotten}])
    age(home / FOLDER / str(forgotten), 31 * 86400)
    with caplog.at_level(logging.WARNING):
        gone = tidy(owner, home)
    assert gone == {"jobs": 1, "export_table": 2}
    assert "jobs 1" in caplog.text
    assert "export_table 2" in caplog.text
    assert {each.name for each in (home / FOLDER).iterdir()} == {str(kept), halves[running].name}
    end(owner, running)
    assert tidy(owner, home) == {"export_table": 1}


def test_the_days_are_those_of_the_rule_of_today(owner, home):
    number = ask(owner, "export_table", "rule", what="subjects", asked={})
    with owner.begin() as db:
        db.execute(
            text("UPDATE grid.job SET state = 'stopped', ended_at = now() - interval '8 days' WHERE id = :number"),
            {"number": number},
        )
    assert "jobs" not in tidy(owner, home)
    with owner.begin() as db:
        db.execute(
            text(
                "INSERT INTO grid.rule (key, scope, from_on, value, source)"
                " VALUES ('job_keep_days', '', grid.today(), '7', 'test')"
            )
        )
    try:
        assert tidy(owner, home)["jobs"] >= 1
    finally:
        with owner.begin() as db:
            db.execute(text("DELETE FROM grid.rule WHERE key = 'job_keep_days' AND from_on = grid.today()"))


def test_a_folder_of_a_job_asked_for_a_moment_ago_stays(owner, home):
    new, old = home / FOLDER / "900001", home / FOLDER / "900002"
    for folder in (new, old):
        folder.mkdir(parents=True)
    age(old, UNKNOWN_SECONDS + 60)
    assert tidy(owner, home) == {"export_table": 1}
    assert new.exists()


def test_what_a_killed_reader_has_unpacked_goes_and_what_one_at_work_has_stays(owner, home, monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    code = "from etl.readers.unpack import Workspace\nkept = Workspace()\nprint(kept.path, flush=True)\ninput()"
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    folder = Path(process.stdout.readline().strip())
    (folder / "人员.csv").write_text("人员编号,姓名\n")
    assert tidy(owner, home) == {}
    assert folder.exists()
    process.send_signal(signal.SIGKILL)
    process.communicate()
    assert folder.exists()
    assert tidy(owner, home) == {"load_file": 1}
    assert not folder.exists()


def test_halves_of_mappings_go_and_mappings_stay(owner, home):
    saved_in().mkdir(parents=True)
    mapping, half, fresh = saved_in() / "甲.toml", saved_in() / ".saving-a", saved_in() / ".saving-b"
    for each in (mapping, half, fresh):
        each.write_text("")
    age(half, 2 * 3600)
    age(mapping, 400 * 86400)
    assert tidy(owner, home) == {"load_file": 1}
    assert [each.exists() for each in (mapping, half, fresh)] == [True, False, True]


def test_one_kind_that_cannot_tidy_keeps_none_of_the_others_from_it(owner, home, caplog):
    def fail(_home, _jobs):
        raise PermissionError("no")

    kinds = {
        key: replace(kind, tidy=fail if key == "export_table" else kind.tidy) for key, kind in discover_jobs().items()
    }
    upload(home, "dusty", KEPT_SECONDS + 60)
    worker = engine_of_role(JOBS, owner.url, pool_size=1)
    assert tidy_up(worker, kinds, home) == {"load_file": 1}
    worker.dispose()
    assert "export_table" in caplog.text


def test_what_is_gone_already_is_no_fault(tmp_path):
    assert remove_older([tmp_path / "nothing"], 0) == 0
