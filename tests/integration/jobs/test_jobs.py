"""A job is somebody's: asked for once, done as that account may at that moment, told however it ends."""

from __future__ import annotations

import errno

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from dashboard.request.job_kinds import discover_jobs
from geodata.database.engine import JOBS, application_engine, engine_of_role
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.errors import NotFound, UserError
from geodata.jobs.job_kind import JobKind, Sentence
from geodata.jobs.job_list import count_jobs, get_job, list_jobs
from geodata.jobs.job_queue import start_job, stop_job
from geodata.locale import Lang, read_catalogue
from geodata.permissions import Permission
from geodata.vocabulary import JobState
from tests.builders import small_world
from tests.visitors import add_accounts
from tests.worker import do_waiting_jobs


def seen(job):
    """Tells which subjects the job may see, and who it is."""
    job.tell(1, 2, Sentence("jobs.what"))
    names = job.query(lambda db: db.execute(text("SELECT subject_id FROM grid.subject ORDER BY 1")).scalars().all())
    return Sentence("job.refused", {"why": " ".join(names)})


def refuse(job):
    raise UserError("work.no_such_item", item="甲")


def spoil(job):
    """Writes, and then fails: nothing of it may stay."""

    def write(db):
        db.execute(text("UPDATE grid.work_item SET note = 'spoilt'"))
        raise RuntimeError("the secret of the fault")

    job.execute(write)


def fill(job):
    raise OSError(errno.ENOSPC, "No space left on device", "/srv/grid/exports/x")


KINDS = {
    key: JobKind(key=key, permission=permission, run=run, page="/work")
    for key, permission, run in (
        ("seen", Permission.SEE_AREA, seen),
        ("refuse", Permission.SEE_AREA, refuse),
        ("spoil", Permission.SEE_AREA, spoil),
        ("fill", Permission.SEE_AREA, fill),
        ("office", Permission.CHECK_GRID, seen),
    )
}


@pytest.mark.parametrize("key", sorted(discover_jobs()))
def test_every_kind_has_its_words_and_a_limit(key):
    kind = discover_jobs()[key]
    for lang in Lang:
        assert {f"job.{key}.name", f"job.{key}.done"} <= set(read_catalogue(lang))
    assert 0 < kind.limit_seconds <= 3 * 3600
    assert kind.page.startswith("/")


@pytest.fixture(scope="module")
def owner(module_db):
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return module_db


@pytest.fixture(scope="module")
def engine(owner):
    found = application_engine(owner.url)
    yield found
    found.dispose()


@pytest.fixture(autouse=True)
def _no_jobs_before(owner):
    with owner.begin() as db:
        db.execute(text("DELETE FROM grid.job"))


def ask(engine, who, kind="seen", key=None, **arguments):
    with write_transaction(engine, Scope(who, "10.0.0.9")) as db:
        return start_job(db, kind, key or f"{kind}:{who}", Lang.ZH, arguments)


def told(engine, who, number):
    with read_transaction(engine, Scope(who)) as db:
        job = get_job(db, number)
    return job.state, job.outcome.to_words(Lang.ZH) if job.outcome else None


@pytest.mark.parametrize(
    ("who", "subjects"), [("hu1", "S1 S2 S3"), ("as3", "S4 S5"), ("lin", "S1 S2 S3 S4 S5"), ("da", "S1 S2 S3 S4 S5")]
)
def test_a_job_sees_what_its_account_sees(owner, engine, who, subjects):
    number = ask(engine, who)
    assert do_waiting_jobs(owner, KINDS) == [number]
    assert told(engine, who, number) == (JobState.DONE, f"未办：{subjects}")


def test_what_a_post_no_longer_allows_is_not_done(owner, engine):
    number = ask(engine, "hu1", "office")
    do_waiting_jobs(owner, KINDS)
    assert told(engine, "hu1", number) == (JobState.FAILED, "未办：现在的岗位已无此权限。")


def test_the_job_of_an_account_that_was_closed_since_is_told_and_not_done(owner, engine):
    number = ask(engine, "su2")
    with owner.begin() as db:
        db.execute(text("UPDATE grid.account SET disabled = true WHERE login = 'su2'"))
    do_waiting_jobs(owner, KINDS)
    with owner.begin() as db:
        db.execute(text("UPDATE grid.account SET disabled = false WHERE login = 'su2'"))
    assert told(engine, "su2", number) == (JobState.FAILED, "未办：账号已停用。")


def test_a_full_disk_is_told_as_one(owner, engine):
    number = ask(engine, "qin", "fill")
    do_waiting_jobs(owner, KINDS)
    assert told(engine, "qin", number) == (
        JobState.FAILED, "磁盘已满，这一步没有保存。请维护人员腾出空间后再试。"
    )  # fmt: skip


def test_a_refusal_is_told_as_it_is_and_a_fault_without_its_words(owner, engine):
    refused, broken = ask(engine, "qin", "refuse"), ask(engine, "qin", "spoil")
    do_waiting_jobs(owner, KINDS)
    assert told(engine, "qin", refused)[1].startswith("清单中没有编号为 甲 的核查项")
    assert told(engine, "qin", broken) == (
        JobState.FAILED, f"程序出错，没有做完的部分不留下任何改动；请把任务编号 {broken} 告诉维护人员。"
    )  # fmt: skip
    with owner.connect() as db:
        assert db.execute(text("SELECT count(*) FROM grid.work_item WHERE note = 'spoilt'")).scalar_one() == 0


def test_of_one_key_one_is_open_and_somebody_elses_is_busy(owner, engine):
    first = ask(engine, "qin", key="grid")
    assert ask(engine, "qin", key="grid") == first
    with pytest.raises(UserError, match="别人正在办"):
        ask(engine, "da", key="grid")
    do_waiting_jobs(owner, KINDS)
    assert ask(engine, "da", key="grid") > first


def test_a_job_that_waits_is_stopped_at_once_by_its_own_or_by_whoever_sees_all(owner, engine):
    first, second = ask(engine, "hu1"), ask(engine, "as3")
    for who, number in (("as3", first), ("lin", first), ("qin", first)):
        with pytest.raises(NotFound), write_transaction(engine, Scope(who)) as db:
            stop_job(db, number)
        with write_transaction(engine, Scope(who)) as db:
            assert db.execute(text("SELECT grid.stop_job(:number)"), {"number": number}).scalar_one() is False
    for who, number in (("hu1", first), ("ad", second)):
        with write_transaction(engine, Scope(who)) as db:
            stop_job(db, number)
    assert do_waiting_jobs(owner, KINDS) == []
    assert told(engine, "hu1", first)[0] is told(engine, "ad", second)[0] is JobState.STOPPED
    with owner.connect() as db:
        left = db.execute(text("SELECT status::text, count(*) FROM grid_queue.procrastinate_jobs AS q"
                               " JOIN grid.job AS j ON j.queue_id = q.id GROUP BY 1")).all()  # fmt: skip
    assert [tuple(row) for row in left] == [("cancelled", 2)]


def test_each_sees_the_own_jobs_and_the_administrator_all(engine):
    mine = {who: ask(engine, who) for who in ("hu1", "as3", "lin", "qin")}
    for who in ("hu1", "as3", "lin", "qin", "ad", "da"):
        for everything in (False, True):
            with read_transaction(engine, Scope(who, everything=everything)) as db:
                numbers = {job.number for job in list_jobs(db)}
                assert count_jobs(db) == len(numbers)
            expected = set(mine.values()) if who == "ad" else {mine[who]} if who in mine else set()
            assert numbers == expected, (who, everything)
    with pytest.raises(NotFound), read_transaction(engine, Scope("as3")) as db:
        get_job(db, mine["hu1"])


def test_nobody_asks_for_a_job_without_signing_in(engine):
    with pytest.raises(ProgrammingError, match="somebody"), write_transaction(engine, Scope("")) as db:
        start_job(db, "seen", "x", Lang.ZH)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM grid_queue.procrastinate_jobs",
        "INSERT INTO grid.job (kind, login, address, lang, job_key, arguments) VALUES ('a', 'lin', '', '', 'a', '{}')",
        "UPDATE grid.job SET login = 'lin'",
        "SELECT grid.take_job(1)",
        "SELECT grid.end_job(1, 'done', '{}')",
    ],
)
def test_a_page_can_neither_read_the_queue_nor_forge_a_job(engine, statement):
    with pytest.raises(ProgrammingError) as refused, write_transaction(engine, Scope("hu1")) as db:
        db.execute(text(statement))
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


@pytest.mark.parametrize("table", ["subject", "account", "job", "work_item", "audit", "person"])
def test_the_worker_reads_no_fact(owner, table):
    worker = engine_of_role(JOBS, owner.url, pool_size=1)
    with pytest.raises(ProgrammingError) as refused, worker.begin() as db:
        db.execute(text(f"SELECT * FROM grid.{table}"))
    worker.dispose()
    assert isinstance(refused.value.orig, psycopg.errors.InsufficientPrivilege)


def test_a_job_that_was_interrupted_too_often_is_given_up(owner, engine):
    number = ask(engine, "qin")
    worker = engine_of_role(JOBS, owner.url, pool_size=1)
    for _time in range(3):  # taken, and the process that had it is gone
        with worker.begin() as db:
            db.execute(text("SELECT * FROM grid.take_job(:number)"), {"number": number})
    worker.dispose()
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET state = 'waiting'"))
    do_waiting_jobs(owner, KINDS)
    assert told(engine, "qin", number) == (JobState.FAILED, "未办成：3 次都中途中断，请联系维护人员。")


def test_a_kind_this_version_does_not_know_is_told(owner, engine):
    number = ask(engine, "qin", "of_another_version")
    do_waiting_jobs(owner, KINDS)
    assert told(engine, "qin", number)[1] == "未办：本版程序没有“of_another_version”这种任务。"


def test_jobs_that_are_over_go_after_the_days_of_the_rule(owner, engine):
    old, new = ask(engine, "qin"), ask(engine, "da")
    do_waiting_jobs(owner, KINDS)
    waits = ask(engine, "hu1", key="later")
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET ended_at = now() - interval '31 days' WHERE id = :old"), {"old": old})
    worker = engine_of_role(JOBS, owner.url, pool_size=1)
    with worker.begin() as db:
        assert db.execute(text("SELECT grid.forget_old_jobs()")).scalar_one() == 1
    worker.dispose()
    with owner.connect() as db:
        left = set(db.execute(text("SELECT id FROM grid.job")).scalars())
        queued = db.execute(text("SELECT count(*) FROM grid_queue.procrastinate_jobs WHERE args ->> 'number' = :old"),
                            {"old": str(old)}).scalar_one()  # fmt: skip
    assert {new, waits} <= left
    assert old not in left
    assert queued == 0
