"""What a forged request may not do under /data: others' files, the server's own files, other databases, no right."""

from __future__ import annotations

import io
import re
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import text

import tests.worker
from dashboard.request import started_job
from dashboard.request.job_kinds import discover_jobs
from etl.mapping.mapping_file import known_mappings, saved_in, shipped_mappings
from geodata.calendar import today
from geodata.crs import convert_datum
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.jobs.job_list import get_job
from geodata.locale import Lang, label_of
from geodata.locks import Lock, take_lock
from geodata.responsibility import posts
from geodata.rollup.indicator_counts import headline_counts
from geodata.settings import settings
from geodata.vocabulary import OPEN_JOBS, Datum, JobState, Role, SubjectKind
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token
from tests.worker import doing_jobs

FILE = "人员编号,姓名\nX1,新来的\n".encode("utf-8-sig")


@pytest.fixture
def app(empty_db, own_home, monkeypatch):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    monkeypatch.setenv("GRID_DATABASE_URL", empty_db.url.render_as_string(hide_password=False))
    settings.cache_clear()
    with doing_jobs(empty_db):
        yield application(empty_db)


def send(client, name="人员.csv", body=FILE, **said):
    form = {"csrf_token": token(client), "file": (io.BytesIO(body), name)} | said
    return client.post("/data/upload", data=form, content_type="multipart/form-data")


def post(client, address):
    return client.post(address, data={"csrf_token": token(client)})


def people(engine) -> int:
    with read_transaction(engine) as db:
        return int(db.execute(text("SELECT count(*) FROM grid.person")).scalar_one())


def test_a_file_is_loaded_under_the_name_of_whoever_sent_it(app, empty_db):
    steward, before = signed_in(app, "da"), people(empty_db)
    where = send(steward).headers["Location"]
    assert "新来的" not in steward.get("/data").text
    assert people(empty_db) == before
    assert post(steward, f"{where}/load").headers["Location"] == "/data"
    assert people(empty_db) == before + 1
    with read_transaction(empty_db) as db:
        batch, who = db.execute(text("SELECT id, loaded_by FROM grid.load_batch ORDER BY id DESC LIMIT 1")).one()
    assert who == "da"
    assert post(signed_in(app, "qin"), f"/data/undo/{batch}").status_code == 303
    assert people(empty_db) == before


def test_a_look_before_loading_says_who_becomes_overdue(app, empty_db):
    """Of rules as of visits: what is said is what is counted once it is loaded."""

    def overdue() -> int:
        with read_transaction(empty_db) as db:
            return int(headline_counts(db, today()).at["overdue", "numerator"])

    steward, was = signed_in(app, "qin"), overdue()
    rows = "".join(f"interval_days,{scope},2020-01-01,3650,x\n" for scope in ("risk:medium", "kind:market"))
    where = send(steward, "规则.csv", f"规则,适用,生效日,取值,依据\n{rows}".encode("utf-8-sig")).headers["Location"]
    said = re.search(r"逾期主体由 (\d+) 个变为 (\d+) 个", steward.get(where).text)
    assert said is not None
    assert f"overdue subjects go from {said[1]} to {said[2]}" in steward.get(f"{where}?lang=en").text
    assert was == overdue() == int(said[1]) > int(said[2])
    post(steward, f"{where}/load")
    assert overdue() == int(said[2])
    where = send(steward).headers["Location"]
    assert f"今天的逾期主体不变，仍为 {said[2]} 个" in steward.get(where).text


def test_a_working_calendar_is_refused_with_a_day_twice_and_loaded_without(app, empty_db):
    steward, heads, day = signed_in(app, "da"), "日期,放假或上班,安排单位,依据\n", "2027-02-13,上班,国务院,国办发明电\n"
    where = send(steward, "工作日历.csv", f"{heads}{day}{day}".encode("utf-8-sig")).headers["Location"]
    assert "2027-02-13 这一天与第 3 行重复" in steward.get(where).text
    where = send(steward, "工作日历.csv", f"{heads}{day}".encode("utf-8-sig")).headers["Location"]
    assert post(steward, f"{where}/load").headers["Location"] == "/data"
    with read_transaction(empty_db) as db:
        days = db.execute(text("SELECT falls_on, kind, arranged_by FROM grid.calendar_day"))
        assert [tuple(row) for row in days] == [(date(2027, 2, 13), "working", "state_council")]


def test_somebody_elses_file_is_not_there(app):
    where = send(signed_in(app, "da")).headers["Location"]
    other = signed_in(app, "qin")
    assert other.get(where).status_code == 404
    for act in ("load", "drop", "columns", "said", "mapping"):
        assert post(other, f"{where}/{act}").status_code == 404
    assert other.get(f"{where}/rejects.xlsx").status_code == 404
    assert signed_in(app, "da").get(where).status_code == 200


@pytest.mark.parametrize("who", [None, "lin", "hu1", "su1", "as1", "ad"])
def test_only_those_who_keep_the_data_take_files_in(app, empty_db, who):
    client, before = signed_in(app, who), people(empty_db)
    status = 401 if who is None else 403
    assert send(client).status_code == status
    assert post(client, "/data/undo/1").status_code == status
    assert people(empty_db) == before


@pytest.mark.parametrize("name", ["../../../etc/x.csv", "..\\..\\x.csv", "/etc/passwd", "a/b/人员.csv", ".csv"])
def test_a_file_lies_in_its_own_folder_whatever_it_is_called(app, name):
    send(signed_in(app, "da"), name)
    kept = [path for path in (settings().home / "uploads").rglob("*") if path.is_file()]
    assert kept
    assert all(len(path.relative_to(settings().home / "uploads").parts) == 2 for path in kept)
    assert not Path("/etc/x.csv").exists()


@pytest.mark.parametrize("said", [{"mapping": "../../secret.toml"}, {"mapping": "/etc/hostname"}])
def test_a_mapping_is_one_of_the_list(app, said):
    steward = signed_in(app, "da")
    assert send(steward, **said).headers["Location"] == "/data"
    assert "没有这个对照表" in steward.get("/data").text


def test_no_form_makes_the_server_ask_another_database(app):
    steward = signed_in(app, "da")
    body = b'url = "postgresql://postgres@/grid"\ntables = ["grid.account"]\n'
    for name in ("x.postgis", "x.POSTGIS", "x.postgis.", "x.postgis ", "x.post!gis", "x.postgis\u200b", "a/x.postgis."):
        assert send(steward, name, body).headers["Location"] == "/data", name
        assert "不能从网页上传" in steward.get("/data").text, name
    assert not list((settings().home / "uploads").glob("*"))


def test_a_file_that_leads_elsewhere_is_not_read_however_it_came_to_wait(app):
    steward = signed_in(app, "da")
    where = send(steward).headers["Location"]
    (said,) = (settings().home / "uploads").glob("*/.said.json")
    said.write_text(said.read_text(encoding="utf-8").replace("人员.csv", "人员.postgis"), encoding="utf-8")
    (said.parent / "人员.postgis").write_bytes(b'url = "postgresql://postgres@/grid"\ntables = ["grid.account"]\n')
    assert "不能从网页上传" in steward.get(where, follow_redirects=True).text


def test_a_long_name_and_the_name_of_our_own_note_are_names_like_others(app):
    steward = signed_in(app, "da")
    for name in (f"{'人' * 120}.csv", "said.json.csv"):
        assert "新增" in steward.get(send(steward, name).headers["Location"]).text


def test_without_the_owners_rights_the_page_says_where_to_load(app, monkeypatch, empty_db):
    where = send(signed_in(app, "da")).headers["Location"]
    monkeypatch.delenv("GRID_DATABASE_URL")
    url = empty_db.url.set(username="grid_app").render_as_string(hide_password=False)
    monkeypatch.setenv("GRID_APP_DATABASE_URL", url)
    settings.cache_clear()
    answer = signed_in(app, "da").get(where)
    assert answer.status_code == 200
    assert "python -m etl load" in answer.text


def test_a_file_larger_than_allowed_is_not_read(app):
    steward = signed_in(app, "da")
    header = {"X-CSRFToken": token(steward)}
    size = {"CONTENT_LENGTH": str(settings().upload_mb * 2**20 + 1)}
    kind = "multipart/form-data; boundary=x"
    assert steward.post("/data/upload", headers=header, content_type=kind, environ_overrides=size).status_code == 413


ODD = "人员编号,叫什么\nX1,新来的\n".encode("utf-8-sig")


def keep(client, where, name, **said):
    form = {"csrf_token": token(client), "name": name} | said
    return client.post(f"{where}/mapping", data=form)


def corrected(client, body=ODD, **said) -> str:
    """Where a file waits whose second heading was corrected by hand."""
    where = send(client, "名单 2026-03.csv", body, kind="people", **said).headers["Location"]
    columns = {"csrf_token": token(client), "column:people.叫什么": "name", "column:people.人员编号": "person_no"}
    client.post(f"{where}/columns", data=columns)
    return where


def test_what_was_corrected_is_kept_as_a_mapping_for_the_next_file(app, empty_db):
    steward = signed_in(app, "da")
    where = corrected(steward)
    assert 'value="名单"' in steward.get(where).text, "a name without the numbers of the file's is proposed"
    assert keep(steward, where, "名单").headers["Location"] == where
    assert "已保存为对照表 名单" in steward.get(where).text
    post(steward, f"{where}/load")
    again = send(steward, "四月.csv", ODD, mapping="名单").headers["Location"]
    assert "新来的" not in steward.get(again).text, "nothing would change"
    assert "保存为对照表" not in steward.get(again).text
    before = people(empty_db)
    more = "人员编号,叫什么\nX2,又一个\n".encode("utf-8-sig")
    post(steward, send(steward, "四月.csv", more, mapping="名单").headers["Location"] + "/load")
    assert people(empty_db) == before + 1
    listed = steward.get("/data").text
    assert "名单 2026-03.csv" in listed
    with read_transaction(empty_db) as db:
        noted = db.execute(text("SELECT login, row_key FROM grid.audit WHERE action = 'mapping_saved'")).all()
    assert [tuple(row) for row in noted] == [("da", "名单")]


def test_corrections_end_where_the_file_is_said_to_be_something_else(app):
    steward = signed_in(app, "da")
    where = corrected(steward)
    keep(steward, where, "甲")
    for said in ({"kind": "people", "mapping": "甲"}, {"kind": "people"}, {"kind": "subjects"}):
        steward.post(f"{where}/said", data={"csrf_token": token(steward)} | said)
        assert ("可以载入" in steward.get(where).text) is ("mapping" in said)
        assert "--column" not in steward.get(where).text


def test_two_columns_said_to_be_one_field_can_be_said_otherwise(app):
    steward = signed_in(app, "da")
    where = send(steward, "人员.csv", "人员编号,姓名,叫什么\nX1,新来的,甲\n".encode()).headers["Location"]
    form = {"csrf_token": token(steward), "column:people.叫什么": "name"}
    steward.post(f"{where}/columns", data=form)
    page = steward.get(where).text
    assert "人员.csv“人员”有两列是同一个字段：姓名, 叫什么" in page
    assert 'name="column:people.叫什么"' in page
    assert re.search('name="column:people.叫什么".*?<option[^>]*value="name"[^>]*selected', page, re.DOTALL)
    steward.post(f"{where}/columns", data=form | {"column:people.叫什么": ""})
    assert f"{where}/load" in steward.get(where).text


def test_a_mapping_of_the_name_is_replaced_only_when_ticked(app):
    steward = signed_in(app, "da")
    where = corrected(steward)
    keep(steward, where, "甲")
    first = known_mappings()["甲"].read_bytes()
    other = corrected(steward, "人员编号,姓名\nX1,新来的\n".encode("utf-8-sig"), datum="gcj02")
    keep(steward, other, "甲")
    assert "已有名为 甲 的对照表" in steward.get(other).text
    assert known_mappings()["甲"].read_bytes() == first
    keep(steward, other, "甲", replace="on")
    assert known_mappings()["甲"].read_bytes() != first


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/b", "datav", "DATAV", "", "甲.toml", "x" * 41])
def test_a_mapping_is_kept_under_a_plain_name_of_its_own(app, name):
    steward = signed_in(app, "da")
    where = corrected(steward)
    assert keep(steward, where, name, replace="on").status_code == 303
    assert "保存为对照表 " not in steward.get(where).text
    assert not list(saved_in().glob("*"))


def test_a_mapping_is_removed_and_then_no_file_is_read_with_it(app, tmp_path, monkeypatch):
    steward = signed_in(app, "da")
    keep(steward, corrected(steward), "甲")
    where = send(steward, "x.csv", ODD, mapping="甲").headers["Location"]
    for name in ("datav", "../甲", "乙"):
        steward.post("/data/mappings/remove", data={"csrf_token": token(steward), "name": name})
        assert f"没有保存名为 {name}" in steward.get("/data").text
    steward.post("/data/mappings/remove", data={"csrf_token": token(steward), "name": "甲"})
    assert known_mappings().keys() == shipped_mappings().keys()
    monkeypatch.chdir(tmp_path)
    (tmp_path / "甲").write_text('title = {zh = "secret"}', encoding="utf-8")
    assert "没有这个对照表" in steward.get(where).text


def test_mappings_are_kept_and_removed_by_the_files_owner_who_keeps_the_data(app):
    steward, other = signed_in(app, "da"), signed_in(app, "qin")
    where = corrected(steward)
    assert keep(other, where, "甲").status_code == 404
    assert steward.post(f"{where}/mapping", data={"name": "甲"}).status_code == 400, "without the form's token"
    for who in ("lin", "su1", "ad", None):
        client = signed_in(app, who)
        status = 401 if who is None else 403
        assert keep(client, where, "甲").status_code == status
        form = {"csrf_token": token(client), "name": "甲"}
        assert client.post("/data/mappings/remove", data=form).status_code == status
    assert not list(saved_in().glob("*"))


@pytest.mark.parametrize("who", ["da", "qin"])
def test_no_file_gives_or_ends_a_post_of_the_office_that_keeps_the_system(app, empty_db, who):
    """Or whoever loads could give the own account more than it has (as ``/admin`` does not let the section either)."""
    with read_transaction(empty_db) as db:
        asked = "SELECT post_no, person_no, lower(valid) FROM grid.post WHERE role = 'administrator'"
        held, person, since = db.execute(text(asked)).one()
        before = db.execute(text("SELECT string_agg(p::text, ' ' ORDER BY post_no) FROM grid.post AS p")).scalar_one()
    head = "任职编号,人员编号,岗位,网格编码,任职日期,离任日期\n"
    loader = signed_in(app, who)
    for row in (
        f"N1,{who.title()},系统管理员,D,2026-01-01,",
        f"N1,{who.title()},数据管理员,D,2026-01-01,",
        f"{held},{person},系统管理员,D,{since},2026-01-01",
        f"{held},{person},监管员,T1,{since},",
    ):
        where = send(loader, "任职.csv", (head + row).encode()).headers["Location"]
        assert "只能由系统管理员任免" in loader.get(where).text, row
        assert post(loader, f"{where}/load").headers["Location"] == where
        loader.get("/data")  # which tells what came of it, and so the next page does not
    same = send(loader, "任职.csv", f"{head}{held},{person},系统管理员,D,{since},".encode()).headers["Location"]
    assert "只能由系统管理员任免" not in loader.get(same).text, "a register that says what is there already loads"
    with read_transaction(empty_db) as db:
        after = db.execute(text("SELECT string_agg(p::text, ' ' ORDER BY post_no) FROM grid.post AS p")).scalar_one()
    assert after == before


@pytest.mark.parametrize("row", [
    "N1,Da,监管员,T1,2026-01-01,",
    "N1,Da,监管科负责人,D,2026-01-01,,Qin",
    "N1,Su1,监管科负责人,D,2026-01-01,,Qin",
    "N1,Su1,分管领导,D,2026-01-01,,Lin",
])  # fmt: skip
def test_a_steward_gives_nobody_more_than_his_own_post_and_himself_none(app, empty_db, row):
    head = "任职编号,人员编号,岗位,网格编码,任职日期,离任日期,代理"
    file = f"{head}\n{row}\n".encode("utf-8-sig")
    steward = signed_in(app, "da")
    where = send(steward, "任职.csv", file).headers["Location"]
    assert "本人的岗位由他人任免" in steward.get(where).text
    assert post(steward, f"{where}/load").headers["Location"] == where
    with read_transaction(empty_db) as db:
        assert db.execute(text("SELECT count(*) FROM grid.post WHERE post_no = 'N1'")).scalar_one() == 0


def test_what_the_administrator_gave_is_not_taken_back_by_undoing_it(app, empty_db):
    with write_transaction(empty_db, Scope("ad")) as db:
        posts.give_post(db, "Su1", Role.DATA_STEWARD, "D", date(2026, 1, 1), None, None)
    with read_transaction(empty_db) as db:
        batch = db.execute(text("SELECT batch_id FROM grid.post WHERE role = 'data_steward' AND person_no = 'Su1'"))
        number = batch.scalar_one()
    for who in ("da", "qin"):
        client = signed_in(app, who)
        post(client, f"/data/undo/{number}")
        assert "不能由您撤销" in client.get("/data").text
    with read_transaction(empty_db) as db:
        assert db.execute(text("SELECT count(*) FROM grid.post WHERE batch_id = :b"), {"b": number}).scalar_one() == 1


def test_the_sound_rows_are_loaded_first_and_the_mended_ones_by_themselves(app, empty_db):
    steward, before = signed_in(app, "da"), people(empty_db)
    file = "人员编号,姓名\nX1,新来的\nX2,\nX3,又一个\n".encode("utf-8-sig")
    where = send(steward, "人员.csv", file).headers["Location"]
    page = steward.get(where).text
    assert "先载入没有问题的 2 行" in page
    assert f"{where}/load" not in page
    steward.post(f"{where}/said", data={"csrf_token": token(steward), "leave_faulty": "on"})
    page = steward.get(where).text
    assert "有问题的 1 行这次不载入" in page
    assert "rejects.xlsx" in page
    assert post(steward, f"{where}/load").headers["Location"] == "/data"
    assert "新增 2" in steward.get("/data").text
    assert people(empty_db) == before + 2


def test_a_form_nobody_filled_in_is_nothing_to_load(app):
    steward = signed_in(app, "da")
    where = send(steward, "人员.csv", "人员编号,姓名\n".encode("utf-8-sig")).headers["Location"]
    page = steward.get(where).text
    assert "没有可载入的行" in page
    assert f"{where}/load" not in page


def test_a_likely_datum_is_offered_and_taken_only_when_asked_for(app, empty_db):
    """Points as a phone in another datum shows them, said to be in the country's own."""
    random = np.random.default_rng(4)
    lines = ["主体编号,主体名称,主体类型,行业,村编码,经度,纬度,入册日期,风险等级"]
    for n in range(600):
        west = 126.0 + 0.1 * (n % 2)
        (x,), (y,) = convert_datum(
            west + random.uniform(0.001, 0.099), random.uniform(41.001, 41.099), Datum.CGCS2000, Datum.GCJ02
        )
        lines.append(f"P{n},户{n},种养大户,菜,V{n % 2 + 1},{x:.7f},{y:.7f},2026-01-01,低风险")
    steward = signed_in(app, "da")
    where = send(steward, "主体.csv", "\n".join(lines).encode("utf-8-sig"), datum="cgcs2000").headers["Location"]
    page = steward.get(where).text
    assert "看来是 gcj02" in page
    assert "按GCJ-02（火星坐标）再看" in page
    form = {"csrf_token": token(steward), "kind": "", "datum": "gcj02", "mapping": "", "valid_from": ""}
    assert all(f'name="{name}"' in page for name in form)
    assert steward.post(f"{where}/said", data=form).status_code == 303
    assert "看来是" not in steward.get(where).text
    with read_transaction(empty_db) as db:
        assert db.execute(text("SELECT count(*) FROM grid.subject WHERE subject_id LIKE 'P%'")).scalar_one() == 0


def test_what_would_change_is_told_in_the_words_of_the_office(app):
    rows = "主体编号,主体名称,主体类型,行业,村编码,经度,纬度,坐标系,入册日期,风险等级\n"
    rows += "S1,主体S1,批发零售市场,菜,V1,126.06,41.06,国家2000,2020-01-01,低风险\n"
    steward = signed_in(app, "da")
    page = steward.get(send(steward, "主体.csv", rows.encode("utf-8-sig")).headers["Location"]).text
    told = page[page.index("会改变的内容") :]
    changed = {
        cell: row
        for row in told.split("<tr>")
        for cell in ("主体类型", "坐标", "原始经度")
        if f"<td>{cell}</td>" in row
    }
    assert set(changed) == {"主体类型", "坐标", "原始经度"}
    words = {label_of(word, lang) for word in SubjectKind for lang in Lang}
    before, after = re.search("<del>(.*?)</del></td><td>(.*?)</td>", changed["主体类型"]).groups()
    assert {before, after} <= words


def test_a_renamed_unit_is_taken_only_when_the_steward_accepts_it_with_a_day(app, empty_db):
    file = "编码,名称,类型,上级编码\nV1,新一村,村,T1\n".encode("utf-8-sig")
    steward = signed_in(app, "da")
    where = send(steward, "网格单元.csv", file, valid_from="2026-03-01").headers["Location"]
    assert "认可改名" in steward.get(where).text
    assert "/load" not in steward.get(where).text
    form = {"csrf_token": token(steward), "valid_from": "2026-03-01", "accept_renames": "on"}
    steward.post(f"{where}/said", data=form)
    assert f"{where}/load" in steward.get(where).text
    assert post(steward, f"{where}/load").headers["Location"] == "/data"
    with read_transaction(empty_db) as db:
        names = db.execute(
            text("SELECT name FROM grid.unit_version WHERE code = 'V1' ORDER BY lower(valid) NULLS FIRST")
        )
        assert names.scalars().all() == ["一村", "新一村"]


def test_a_new_version_of_a_unit_is_compared_with_the_one_before(app, empty_db):
    with read_transaction(empty_db) as db:
        was = db.execute(text("SELECT schematic FROM grid.unit_version WHERE code = 'V1'")).scalar_one()
    before, after = ("是", "否") if was else ("否", "是")
    file = f"编码,名称,类型,上级编码,示意,生效日期\nV1,一村,村,T1,{after},2026-03-01\n".encode()
    steward = signed_in(app, "da")
    page = steward.get(send(steward, "网格单元.csv", file).headers["Location"]).text
    told = re.sub("<[^>]*>", " ", page[page.index("会改变的内容") :])
    told = " ".join(told.split())
    assert f"V1 一村 示意 {before} {after}" in told
    assert "有效期 — 2026-03-01 – —" in told
    assert "– 2026-02-28" in told


def test_what_would_be_emptied_is_told_above_the_differences(app):
    rows = "主体编号,主体名称,主体类型,行业,村编码,经度,纬度,入册日期,风险等级\n"
    rows += "S1,主体S1,批发零售市场,菜,V1,,,2020-01-01,低风险\n"
    steward = signed_in(app, "da")
    page = steward.get(send(steward, "主体.csv", rows.encode("utf-8-sig")).headers["Location"]).text
    assert re.search("将清空 [0-9]+ 个已有内容（.*坐标 1", page)
    assert page.index("将清空") < page.index("<del>")


def test_what_was_refused_does_not_look_like_a_success(app):
    steward = signed_in(app, "da")
    post(steward, "/data/undo/99999")
    page = steward.get("/data").text
    assert 'class="alert" role="alert"' in page
    assert "alert said" not in page


def test_only_the_rows_meant_are_read_when_a_file_holds_more(app, empty_db):
    file = "人员编号,姓名,区\nX1,新来的,甲\nX2,别处的,乙\n".encode("utf-8-sig")
    steward, before = signed_in(app, "da"), people(empty_db)
    where = send(steward, "人员.csv", file, where="区=甲").headers["Location"]
    post(steward, f"{where}/load")
    assert people(empty_db) == before + 1
    wrong = send(steward, "人员.csv", file, where="区").headers["Location"]
    assert "=" in steward.get(wrong).text
    assert people(empty_db) == before + 1


def test_whoever_follows_a_look_that_is_under_way_asks_for_none_and_waits_for_none(app, empty_db, monkeypatch):
    """The page looks again every two seconds: each time waited for, one slow file would hold a thread of the site."""
    steward = signed_in(app, "da")
    with write_transaction(empty_db) as db:
        take_lock(db, Lock.LOAD)
        monkeypatch.setattr(started_job, "WAIT_SECONDS", 0.1)
        where = send(steward).headers["Location"]
        assert "<progress" in steward.get(where).text
        monkeypatch.setattr(started_job, "WAIT_SECONDS", 60)
        begun = time.monotonic()
        assert "<progress" in steward.get(where).text
        assert time.monotonic() - begun < 30, "it waited"
        asked = db.execute(text("SELECT count(*) FROM grid.job WHERE kind = 'preview_file'")).scalar_one()
    assert asked == 1


def test_a_file_thrown_away_while_it_is_looked_at_is_told_as_gone_and_no_fault(app, empty_db, monkeypatch):
    """Its look is stopped with it; one that had begun finds nothing to write beside, which is nobody's mistake."""
    steward = signed_in(app, "da")
    with write_transaction(empty_db) as db:
        take_lock(db, Lock.LOAD)
        monkeypatch.setattr(started_job, "WAIT_SECONDS", 0.1)
        where = send(steward).headers["Location"]
        assert "<progress" in steward.get(where).text
        until = time.monotonic() + 60
        while newest_look(empty_db).state is JobState.WAITING and time.monotonic() < until:
            time.sleep(0.05)
        post(steward, f"{where}/drop")
        assert newest_look(empty_db).is_stopping
    while (job := newest_look(empty_db)).is_open and time.monotonic() < until:
        time.sleep(0.05)
    assert job.outcome is not None
    assert job.outcome.key == "data.error.gone"
    assert steward.get(where).status_code == 404


@pytest.mark.parametrize("kind", ["preview_file", "load_file"])
def test_whoever_waits_is_told_how_far_a_file_is_read(app, kind, monkeypatch):
    steward = signed_in(app, "da")
    said = []
    known = discover_jobs()[kind]
    watched = replace(known, run=lambda job: known.run(replace(job, tell=lambda *told: said.append(told))))
    monkeypatch.setattr(tests.worker, "discover_jobs", lambda: discover_jobs() | {kind: watched})
    where = send(steward).headers["Location"]
    steward.get(where)
    post(steward, f"{where}/load")
    ((done, whole, step),) = said
    assert (done, whole, step.to_words(Lang.EN)) == (0, 0, "人员.csv: 1 rows read")


def test_what_is_said_of_a_file_is_whole_or_the_file_is_not_there(app):
    """A note cut off in the middle, or of another version, is no fault of the program for ever after."""
    steward = signed_in(app, "da")
    where = send(steward).headers["Location"]
    note = settings().home / "uploads" / where.rpartition("/")[2] / ".said.json"
    for left in (note.read_text("utf-8")[:20], "[]", '{"login": "da", "more": 1}'):
        note.write_text(left, encoding="utf-8")
        assert steward.get(where).status_code == 404
    assert [each.name for each in note.parent.glob(".said*")] == [note.name]


def newest_look(engine):
    with read_transaction(engine) as db:
        number = db.execute(text("SELECT max(id) FROM grid.job WHERE kind = 'preview_file'")).scalar_one()
        return get_job(db, number)


def test_taking_back_that_was_interrupted_before_it_was_told_is_told_as_done(app, empty_db):
    steward = signed_in(app, "da")
    post(steward, f"{send(steward).headers['Location']}/load")
    with read_transaction(empty_db) as db:
        batch = db.execute(text("SELECT max(id) FROM grid.load_batch WHERE loaded_by = 'da'")).scalar_one()
    post(steward, f"/data/undo/{batch}")
    with write_transaction(empty_db) as db:  # as the worker left it when it was killed after the commit
        again = db.execute(
            text("UPDATE grid.job SET state = 'waiting', outcome = NULL, ended_at = NULL WHERE kind = 'undo_batch'"
                 " RETURNING id")
        ).scalar_one()  # fmt: skip
    until = time.monotonic() + 60
    while (state := job_state(empty_db, again)) in OPEN_JOBS and time.monotonic() < until:
        time.sleep(0.1)
    assert state is JobState.DONE


def job_state(engine, number: int) -> JobState:
    with read_transaction(engine) as db:
        return get_job(db, number).state
