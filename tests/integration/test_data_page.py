"""What a forged request may not do under /data: others' files, the server's own files, other databases, no right."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from sqlalchemy import text

from geodata.database import reading, writing
from geodata.settings import settings
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token

FILE = "人员编号,姓名\nX1,新来的\n".encode("utf-8-sig")


@pytest.fixture
def app(empty_db, monkeypatch):
    with writing(empty_db) as db:
        add_accounts(small_world(db))
    monkeypatch.setenv("GRID_DATABASE_URL", empty_db.url.render_as_string(hide_password=False))
    settings.cache_clear()
    yield application(empty_db)
    monkeypatch.undo()
    settings.cache_clear()


def send(client, name="人员.csv", body=FILE, **said):
    form = {"csrf_token": token(client), "file": (io.BytesIO(body), name)} | said
    return client.post("/data/upload", data=form, content_type="multipart/form-data")


def post(client, address):
    return client.post(address, data={"csrf_token": token(client)})


def people(engine) -> int:
    with reading(engine) as db:
        return int(db.execute(text("SELECT count(*) FROM grid.person")).scalar_one())


def test_a_file_is_loaded_under_the_name_of_whoever_sent_it(app, empty_db):
    steward, before = signed_in(app, "da"), people(empty_db)
    where = send(steward).headers["Location"]
    assert "新来的" not in steward.get("/data").text
    assert people(empty_db) == before
    assert post(steward, f"{where}/load").headers["Location"] == "/data"
    assert people(empty_db) == before + 1
    with reading(empty_db) as db:
        batch, who = db.execute(text("SELECT id, loaded_by FROM grid.load_batch ORDER BY id DESC LIMIT 1")).one()
    assert who == "da"
    assert post(signed_in(app, "qin"), f"/data/undo/{batch}").status_code == 303
    assert people(empty_db) == before


def test_somebody_elses_file_is_not_there(app):
    where = send(signed_in(app, "da")).headers["Location"]
    other = signed_in(app, "qin")
    assert other.get(where).status_code == 404
    for act in ("load", "drop", "columns", "said"):
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
    assert "没有这个映射" in steward.get("/data").text


def test_no_form_makes_the_server_ask_another_database(app):
    steward = signed_in(app, "da")
    body = b'url = "postgresql://postgres@/grid"\ntables = ["grid.account"]\n'
    assert send(steward, "x.postgis", body).headers["Location"] == "/data"
    assert "不能从网页上传" in steward.get("/data").text


def test_without_the_owners_rights_the_page_says_where_to_load(app, monkeypatch, empty_db):
    where = send(signed_in(app, "da")).headers["Location"]
    monkeypatch.delenv("GRID_DATABASE_URL")
    url = empty_db.url.set(username="grid_app").render_as_string(hide_password=False)
    monkeypatch.setenv("GRID_APP_DATABASE_URL", url)
    settings.cache_clear()
    answer = signed_in(app, "da").get(where)
    assert answer.status_code == 503
    assert "python -m etl load" in answer.json["error"]


def test_a_file_larger_than_allowed_is_not_read(app):
    steward = signed_in(app, "da")
    header = {"X-CSRFToken": token(steward)}
    size = {"CONTENT_LENGTH": str(settings().upload_mb * 2**20 + 1)}
    kind = "multipart/form-data; boundary=x"
    assert steward.post("/data/upload", headers=header, content_type=kind, environ_overrides=size).status_code == 413
