"""A database that goes away while a job runs: nothing is told that is not known, and the job is begun again."""

from __future__ import annotations

import json

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dashboard.jobs import preview_file
from dashboard.screens.data.kept_preview import KEPT
from dashboard.screens.data.uploads import UploadStore, Waiting
from etl.load.database_refusal import refusal_of
from geodata.database.cut_off import is_cut_off
from geodata.database.engine import application_engine, make_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.errors import UserError
from geodata.jobs.job_kind import JobKind, Sentence
from geodata.jobs.job_list import get_job
from geodata.jobs.job_queue import start_job
from geodata.locale import Lang
from geodata.permissions import Permission
from geodata.settings import settings
from geodata.vocabulary import JobState
from tests.builders import small_world
from tests.visitors import add_accounts
from tests.worker import do_waiting_jobs

CUT = "SELECT pg_terminate_backend(pg_backend_pid())"


@pytest.fixture(scope="module")
def owner(module_db):
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return module_db


@pytest.fixture
def pages(owner):
    found = application_engine(owner.url)
    yield found
    found.dispose()


def cut(_job):
    """The connection is lost in the middle; as a sentence, the way loading tells it."""
    engine = make_engine(settings().database_url)
    try:
        with engine.begin() as db:
            db.execute(text(CUT))
    except DBAPIError as error:
        raise refusal_of(error, "人员.csv") from error
    finally:
        engine.dispose()


@pytest.fixture
def cut_kind(owner, monkeypatch):
    monkeypatch.setenv("GRID_DATABASE_URL", owner.url.render_as_string(hide_password=False))
    settings.cache_clear()
    yield {"cut": JobKind(key="cut", permission=Permission.SEE_AREA, run=cut, page="/work")}
    monkeypatch.undo()
    settings.cache_clear()


def test_nothing_is_told_of_a_job_that_was_cut_off_and_it_is_taken_again(owner, pages, cut_kind):
    with write_transaction(pages, Scope("da")) as db:
        number = start_job(db, "cut", "cut", Lang.ZH, {})
    with pytest.raises(UserError):  # ends the job's process, which the worker takes for a lost one
        do_waiting_jobs(owner, cut_kind)
    with read_transaction(pages, Scope("da")) as db:
        job = get_job(db, number)
    assert (job.state, job.outcome) == (JobState.RUNNING, None)
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET state = 'waiting'"))
    whole = JobKind(key="cut", permission=Permission.SEE_AREA, run=lambda _job: Sentence("jobs.what"), page="/work")
    do_waiting_jobs(owner, {"cut": whole})
    with read_transaction(pages, Scope("da")) as db:
        assert get_job(db, number).state is JobState.DONE


def test_a_lost_connection_is_no_verdict_on_a_file(owner, pages, own_home, cut_kind):
    token = "a" * 32
    folder = settings().home / "uploads" / token
    folder.mkdir(parents=True)
    (folder / "人员.csv").write_text("人员编号,姓名\nX1,新来的\n")
    UploadStore(settings().home).store_said(Waiting(token, "da", "人员.csv"))
    with write_transaction(pages, Scope("da")) as db:
        start_job(db, "preview_file", f"preview_file:{token}", Lang.ZH, {"token": token})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(preview_file, "preview_upload", lambda *_: cut(None))
        with pytest.raises(UserError):
            do_waiting_jobs(owner)
    assert not (folder / KEPT).exists()
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET state = 'waiting' WHERE ended_at IS NULL"))
    do_waiting_jobs(owner)
    assert json.loads((folder / KEPT).read_text("utf-8"))["refused"] is None


def test_what_a_server_that_is_there_refuses_is_no_lost_connection(owner):
    for statement in ("SELECT 1 / 0", "SELECT no_such", "SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)"):
        with pytest.raises(DBAPIError) as refused, owner.begin() as db:
            db.execute(text(statement))
        assert not is_cut_off(refused.value), statement
    assert not is_cut_off(ValueError("x"))
    assert not is_cut_off(None)


def test_a_server_that_is_not_there_is_one(tmp_path):
    engine = make_engine(f"postgresql://grid@/grid?host={tmp_path}")
    with pytest.raises(DBAPIError) as lost:
        engine.connect()
    engine.dispose()
    assert is_cut_off(lost.value)
    with pytest.raises(psycopg.OperationalError) as bare:
        psycopg.connect(host=str(tmp_path), user="grid")
    assert is_cut_off(bare.value)
