"""Lists too large for a page to wait for: the same file, by a job, for whoever asked and still sees what it holds."""

from __future__ import annotations

import io
from urllib.parse import unquote

import openpyxl
import pytest
from sqlalchemy import text

from dashboard.api.asked_table import ADDRESSES
from dashboard.request import started_job
from dashboard.tables.kept_file import FOLDER, PART, find_file
from geodata.accounts.sight import Sight
from geodata.calendar import today
from geodata.database.scope import Scope, write_transaction
from geodata.indicators import INDICATORS
from geodata.integrity.run_checks import run_checks
from geodata.settings import settings
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in
from tests.worker import do_waiting_jobs, doing_jobs

ASKED = [
    *(f"subjects?format={kind}" for kind in ("csv", "json", "geojson", "xlsx")),
    "subjects?format=csv&lang=en&state=never",
    "indicators?format=csv&level=town",
    "indicators?format=geojson&level=town&indicator=overdue",
    "indicators?format=json&level=subject&indicator=overdue",
    "rows?indicator=overdue&format=xlsx",
    "changes?indicator=overdue&format=csv&since=2026-01-31",
    "changes?indicator=patrol_coverage&format=xlsx",
    "rows?indicator=overdue&format=csv&part=numerator&unit=T1",
    "work?format=csv",
    "work?format=geojson",
]
PAGE = {"Accept": "text/html,application/xhtml+xml"}


@pytest.fixture(scope="module")
def owner(module_db):
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
        db.execute(text("UPDATE grid.subject SET name = '甲', village_code = 'V1' WHERE subject_id IN ('S1', 'S2')"))
        run_checks(db, today())
    return module_db


@pytest.fixture
def large(owner, own_home, monkeypatch):
    """Every list that has a row is a large one; nobody waits for the job."""
    monkeypatch.setattr(started_job, "WAIT_SECONDS", 0)
    return application(owner, export_rows=0, home=settings().home)


@pytest.fixture
def small(owner):
    return application(owner)


def fetch(app, owner, who, asked, **headers):
    """The answer to asking, as a program, for the file a job has made meanwhile."""
    client = signed_in(app, who)
    answer = client.get(f"/api/{asked}", headers=headers)
    assert answer.status_code == 202, answer.text
    do_waiting_jobs(owner)
    return client.get(answer.json["file"])


def cells(body):
    book = openpyxl.load_workbook(io.BytesIO(body))
    return {sheet.title: list(sheet.values) for sheet in book}


def test_every_address_is_asked():
    assert {asked.partition("?")[0] for asked in ASKED} == set(ADDRESSES)
    assert "overdue" in INDICATORS


@pytest.mark.parametrize("who", ["lin", "hu1"])
@pytest.mark.parametrize("asked", ASKED)
def test_a_job_makes_the_very_file_the_page_would(owner, small, large, asked, who):
    at_once = signed_in(small, who).get(f"/api/{asked}")
    by_job = fetch(large, owner, who, asked)
    assert at_once.status_code == by_job.status_code == 200, by_job.text
    assert by_job.mimetype == at_once.mimetype
    assert by_job.headers["Content-Disposition"] == at_once.headers["Content-Disposition"]
    if "xlsx" in asked:  # holds the moment it was written
        assert cells(by_job.data) == cells(at_once.data)
    else:
        assert by_job.data == at_once.data


def test_small_ones_are_answered_at_once_and_the_setting_says_what_is_small(owner, own_home):
    for most, status in ((5, 200), (4, 202)):  # there are five subjects
        app = application(owner, export_rows=most, home=settings().home)
        assert signed_in(app, "lin").get("/api/subjects?format=csv").status_code == status
    do_waiting_jobs(owner)


def test_a_browser_is_led_to_the_job_and_from_there_to_the_file(owner, large):
    client = signed_in(large, "lin")
    led = client.get("/api/subjects?format=csv&lang=en", headers=PAGE)
    assert led.status_code == 303
    page = led.headers["Location"]
    assert page.startswith("/jobs/")
    assert "/file" not in client.get(page, headers=PAGE).text
    number = int(page.removeprefix("/jobs/").partition("?")[0])
    early = client.get(f"/jobs/{number}/file", headers=PAGE)
    assert (early.status_code, early.headers["Location"].partition("?")[0]) == (303, f"/jobs/{number}")
    do_waiting_jobs(owner)
    told = client.get(page, headers=PAGE).text
    assert f"/jobs/{number}/file" in told
    assert "Save the file" in told
    assert "is ready, 5 rows" in told
    found = client.get(f"/jobs/{number}/file", headers=PAGE)
    assert found.headers["Content-Disposition"].startswith('attachment; filename="subjects.csv"')
    assert unquote(found.headers["Content-Disposition"]).endswith(".csv")


def test_a_quick_job_gives_its_file_at_once(owner, own_home):
    with doing_jobs(owner):
        app = application(owner, export_rows=0)
        led = signed_in(app, "lin").get("/api/subjects?format=csv", headers=PAGE)
        assert led.headers["Location"].endswith("/file")


def test_asked_again_meanwhile_the_one_under_way_is_meant_and_another_question_is_another_job(owner, large):
    client = signed_in(large, "lin")
    first, again = (client.get("/api/subjects?format=csv").json["job"] for _ in range(2))
    other = client.get("/api/subjects?format=xlsx").json["job"]
    somebody = signed_in(large, "hu1").get("/api/subjects?format=csv").json["job"]
    assert first == again
    assert len({first, other, somebody}) == 3
    do_waiting_jobs(owner)


def test_the_file_is_made_with_the_rights_of_the_moment_it_is_made(owner, large):
    """Between click and start a post ends: only what is left is in the file; nothing left, and it is told."""
    asked = signed_in(large, "lin").get("/api/subjects?format=json").json
    gone = signed_in(large, "su2").get("/api/subjects?format=json").json
    with owner.begin() as db:
        db.execute(text("UPDATE grid.post SET role = 'supervisor', unit_code = 'T1' WHERE person_no = 'Lin'"))
        db.execute(text("UPDATE grid.account SET disabled = true WHERE login = 'su2'"))
    try:
        do_waiting_jobs(owner)
        made = signed_in(large, "lin").get(asked["file"]).json
        assert {row["subject_id"] for row in made["rows"]} == {"S1", "S2", "S3"}
    finally:
        with owner.begin() as db:
            db.execute(text("UPDATE grid.post SET role = 'district_leader', unit_code = 'D' WHERE person_no = 'Lin'"))
            db.execute(text("UPDATE grid.account SET disabled = false WHERE login = 'su2'"))
    again = signed_in(large, "su2")
    assert "账号已停用" in again.get(f"/jobs/{gone['job']}").text
    assert again.get(gone["file"]).status_code == 202
    assert find_file(settings().home, gone["job"]) is None


def test_a_file_made_with_wider_rights_is_refused_in_a_sentence_and_a_narrower_one_is_not(owner, large):
    wide = signed_in(large, "lin").get("/api/subjects?format=csv").json["file"]
    do_waiting_jobs(owner)
    with owner.begin() as db:
        db.execute(text("UPDATE grid.post SET role = 'supervisor', unit_code = 'T1' WHERE person_no = 'Lin'"))
    try:
        client = signed_in(large, "lin")
        refused = client.get(wide)
        assert refused.status_code == 403
        assert "超出您现在的权限" in refused.json["error"]
        narrow = client.get("/api/subjects?format=csv").json["file"]
        do_waiting_jobs(owner)
        assert client.get(narrow).status_code == 200
    finally:
        with owner.begin() as db:
            db.execute(text("UPDATE grid.post SET role = 'district_leader', unit_code = 'D' WHERE person_no = 'Lin'"))
    client = signed_in(large, "lin")
    assert client.get(wide).status_code == 200
    assert client.get(narrow).status_code == 403, "a supervisor's post carries what a leader's does not"


def test_sight_is_held_against_sight_unit_by_unit():
    town = Sight(False, frozenset({"T1", "V1"}), frozenset({"see_area"}))
    assert town.covers_sight(town)
    assert Sight(True, frozenset(), town.permissions).covers_sight(town)
    assert not town.covers_sight(Sight(True, frozenset(), town.permissions))
    assert not town.covers_sight(Sight(False, frozenset({"V1", "V2"}), town.permissions)), "a village went elsewhere"
    assert not town.covers_sight(Sight(False, town.area, town.permissions | {"see_mobiles"}))


def test_nobody_else_fetches_it_not_even_who_sees_all_jobs(owner, large):
    file = signed_in(large, "hu1").get("/api/subjects?format=csv").json["file"]
    do_waiting_jobs(owner)
    for who in ("ad", "lin", "su1", "da"):
        assert signed_in(large, who).get(file).status_code == 404, who
    assert signed_in(large, None).get(file).status_code == 401
    assert "/file" not in signed_in(large, "ad").get(file.removesuffix("/file")).text
    assert signed_in(large, "hu1").get(file).status_code == 200


def test_a_job_of_another_kind_has_no_file(owner, large):
    client = signed_in(large, "qin")
    number = client.get("/api/subjects").json["job"]
    do_waiting_jobs(owner)
    with owner.begin() as db:
        db.execute(text("UPDATE grid.job SET kind = 'check_grid' WHERE id = :number"), {"number": number})
    assert client.get(f"/jobs/{number}/file").status_code == 404
    assert client.get("/jobs/999999/file").status_code == 404


def test_handing_it_out_is_noted_each_time_and_making_it_is_not(owner, large):
    def noted():
        with owner.connect() as db:
            found = db.execute(text("SELECT after FROM grid.audit WHERE action = 'exported' AND login = 'as3'"))
            return list(found.scalars())

    before = noted()
    client = signed_in(large, "as3")
    answer = client.get("/api/subjects?format=csv").json
    do_waiting_jobs(owner)
    assert noted() == before
    for _ in range(2):
        client.get(answer["file"])
    new = noted()[len(before) :]
    assert [(each["job"], each["rows"], each["format"]) for each in new] == [(answer["job"], 2, "csv")] * 2


def test_a_folder_that_cannot_be_written_to_is_told_in_a_sentence(owner, large):
    (settings().home / FOLDER).write_text("in the way")
    client = signed_in(large, "qin")
    number = client.get("/api/subjects").json["job"]
    do_waiting_jobs(owner)
    assert "文件写不进去" in client.get(f"/jobs/{number}").text


def test_an_attempt_that_was_killed_leaves_no_half_and_the_next_one_makes_the_file(owner, large):
    client = signed_in(large, "qin")
    answer = client.get("/api/subjects?format=csv").json
    half = settings().home / FOLDER / f"{answer['job']}-1{PART}"
    half.mkdir(parents=True)
    (half / "body").write_bytes(b"half")
    whole = settings().home / FOLDER / str(answer["job"])
    whole.mkdir()
    (whole / "told.json").write_text("{}")
    assert find_file(settings().home, answer["job"]) is None
    do_waiting_jobs(owner)
    assert client.get(answer["file"]).data.startswith(b"\xef\xbb\xbf")


def test_a_scope_is_not_lent_to_the_next_job(owner, large):
    """Two people's jobs in one process, one after the other."""
    wide, narrow = (signed_in(large, who).get("/api/subjects").json for who in ("lin", "as3"))
    do_waiting_jobs(owner)
    assert len(signed_in(large, "lin").get(wide["file"]).json["rows"]) == 5
    assert len(signed_in(large, "as3").get(narrow["file"]).json["rows"]) == 2
    assert Scope("as3").everything is False
