"""Files attached through the pages: kept once, handed out shut, out of reach of another town, refused in a sentence."""

from __future__ import annotations

import gc
import hashlib
import io
import os
import resource
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from werkzeug.serving import make_server

from dashboard.app.create_app import GridDash
from dashboard.components.attachments.attachment_card import MOST_FILES
from geodata.attachments.attachment_store import open_store
from geodata.attachments.tidy_attachments import UNNAMED_SECONDS, tidy_attachments
from geodata.calendar import today
from geodata.database.engine import JOBS, engine_of_role
from geodata.database.scope import write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.settings import Settings, settings
from tests.attached_files import HTML, PDF, archive, noisy_photo, photo, pixel_bomb
from tests.builders import small_world
from tests.spec.looking import unlocate
from tests.visitors import add_accounts, application, signed_in, token

ITEM = "subject_without_point:S1"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def app(module_db: Engine, home: Path) -> GridDash:
    """The application over the small world with a visit in each town and a fault in the first."""
    with write_transaction(module_db) as db:
        world = small_world(db)
        world.visits(
            "visit | subject | on | by | role\n"
            "p1 | S1 | 2026-02-01 | As1 | assistant\np4 | S4 | 2026-02-01 | Su2 | supervisor"
        )
        add_accounts(world)
        unlocate(world, "S1")
        run_checks(db, today())
    return application(module_db, home=home)


@pytest.fixture(autouse=True)
def _empty(module_db: Engine, home: Path) -> Iterator[None]:
    """Every test begins without attachments."""
    yield
    with module_db.begin() as db:
        db.execute(text("DELETE FROM grid.attachment"))
    for file in (home / "attachments").rglob("*"):
        if file.is_file():
            file.unlink()


def send(app: GridDash, who: str, *files: tuple[bytes, str], **said: str):
    """The answer to a form with files, and the page that follows."""
    client = signed_in(app, who)
    form = {"csrf_token": token(client), "file": [(io.BytesIO(body), name) for body, name in files], **said}
    answer = client.post("/attachments/add", data=form, content_type="multipart/form-data")
    answer.request.environ["wsgi.input"].close()  # the client leaves a large body as an open file
    return answer, client.get(answer.headers["Location"]).text if answer.status_code == 303 else answer.text


def kept(home: Path) -> list[Path]:
    return sorted(file for file in (home / "attachments").rglob("*") if file.is_file())


def numbers(engine: Engine) -> list[int]:
    with engine.connect() as db:
        return list(db.execute(text("SELECT attachment_no FROM grid.attachment ORDER BY 1")).scalars())


def trail(engine: Engine, what: str) -> list[tuple[str, str]]:
    with engine.connect() as db:
        asked = "SELECT login, action FROM grid.audit WHERE (table_name = 'attachment' OR action = :what) ORDER BY id"
        return [tuple(row) for row in db.execute(text(asked), {"what": what})]


def test_a_photograph_is_added_shown_handed_out_and_removed(app, module_db, home):
    body = photo()
    answer, page = send(app, "hu1", (body, "大棚 东侧.jpg"), item=ITEM)
    assert answer.status_code == 303
    assert 'role="status"' in page
    (number,) = numbers(module_db)
    for words in ("大棚 东侧.jpg", "2026-03-01 09:30", "126.42000, 41.94000", "hu1", f"/attachments/{number}/thumb"):
        assert words in page
    client = signed_in(app, "hu1")
    got = client.get(f"/attachments/{number}")
    assert got.data == body
    assert got.headers["Content-Disposition"].startswith("attachment; ")
    assert "%E5%A4%A7%E6%A3%9A%20%E4%B8%9C%E4%BE%A7.jpg" in got.headers["Content-Disposition"]
    assert got.headers["Content-Type"] == "image/jpeg"
    assert got.headers["Content-Length"] == str(len(body))
    for each in (got, client.get(f"/attachments/{number}/thumb")):
        assert each.headers["X-Content-Type-Options"] == "nosniff"
        assert each.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
        assert each.headers["Cache-Control"] == "no-store"
        again = client.get(each.request.path, headers={"If-None-Match": each.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")
    form = {"csrf_token": token(client), f"reason-{number}": " "}
    refused = client.get(client.post(f"/attachments/{number}/remove", data=form).headers["Location"]).text
    assert 'role="alert"' in refused
    assert numbers(module_db) == [number]
    form[f"reason-{number}"] = "拍错了"
    removed = client.get(client.post(f"/attachments/{number}/remove", data=form).headers["Location"]).text
    assert 'role="status"' in removed
    assert numbers(module_db) == []
    assert trail(module_db, "attachment_removed")[-3:] == [
        ("hu1", "insert"), ("hu1", "delete"), ("hu1", "attachment_removed"),
    ]  # fmt: skip
    with module_db.connect() as db:
        noted = db.execute(text("SELECT after FROM grid.audit WHERE action = 'attachment_removed'")).scalar_one()
    assert noted == {"reason": "拍错了", "visit_no": None, "item_no": ITEM}


def test_a_visit_has_its_page_and_the_timeline_leads_to_it(app, module_db):
    _, page = send(app, "hu1", (photo(), "a.jpg"), (PDF, "b.pdf"), visit="p1")
    assert 'role="status"' in page
    assert "主体S1" in page
    assert page.count('class="face"') == 2
    client = signed_in(app, "as1")
    assert "b.pdf" in client.get("/visit/p1").text
    asked = {"output": "..screen.children...window-title.data.."}
    header = {"X-CSRFToken": token(client)}
    address = {"path": "/subject/S1", "search": ""}
    asked |= {
        "outputs": [{"id": "screen", "property": "children"}, {"id": "window-title", "property": "data"}],
        "inputs": [{"id": "asked", "property": "data", "value": address}],
        "changedPropIds": ["asked.data"],
    }  # fmt: skip
    shown = str(client.post("/_dash-update-component", json=asked, headers=header).json)
    assert f"/attachments/{numbers(module_db)[0]}/thumb" in shown
    assert "/visit/p1" in shown


def test_whoever_may_only_look_has_no_form(app, module_db):
    send(app, "hu1", (photo(), "a.jpg"), visit="p1")
    for who in ("lin", "da"):
        page = signed_in(app, who).get("/visit/p1").text
        assert "a.jpg" in page
        assert "<form" not in page


@pytest.mark.parametrize("who", ["hu2", "as3"])
def test_another_town_neither_sees_nor_gets_nor_changes_it(app, module_db, home, who):
    """Also by requests that no page of ours would send."""
    send(app, "hu1", (photo(), "a.jpg"), visit="p1")
    before = kept(home)
    (number,) = numbers(module_db)
    client = signed_in(app, who)
    for address in (f"/attachments/{number}", f"/attachments/{number}/thumb", "/visit/p1"):
        assert client.get(address).status_code == 404
    form = {"csrf_token": token(client), f"reason-{number}": "x"}
    assert client.post(f"/attachments/{number}/remove", data=form).status_code == 404
    for said in ({"visit": "p1"}, {"item": ITEM}, {"visit": "p4", "item": ITEM}, {}):
        answer, page = send(app, who, (photo(tint=60), "b.jpg"), **said)
        assert answer.status_code in (303, 404)
        assert 'role="status"' not in page
    assert numbers(module_db) == [number]
    assert kept(home) == before


@pytest.mark.parametrize("who", ["su1", "lin", "da"])
def test_who_sees_it_and_may_not_write_there_is_refused(app, module_db, home, who):
    send(app, "hu1", (photo(), "a.jpg"), visit="p4" if who == "x" else "p1")
    (number,) = numbers(module_db)
    owner = {"item": ITEM} if who == "su1" else {"visit": "p1"}
    answer, page = send(app, who, (photo(tint=60), "b.jpg"), **owner)
    assert answer.status_code == 303
    assert ('role="alert"' in page) is (who != "da" or "visit" in owner)
    client = signed_in(app, who)
    form = {"csrf_token": token(client), f"reason-{number}": "x"}
    if who != "su1":
        client.post(f"/attachments/{number}/remove", data=form)
    assert numbers(module_db) == [number]


def test_nobody_gets_anything_without_signing_in(app, module_db):
    send(app, "hu1", (photo(), "a.jpg"), visit="p1")
    (number,) = numbers(module_db)
    assert signed_in(app, None).get(f"/attachments/{number}").status_code == 401
    html = {"Accept": "text/html"}
    asked = signed_in(app, None).get(f"/attachments/{number}", headers=html)
    assert (asked.status_code, f"next=%2Fattachments%2F{number}" in asked.headers["Location"]) == (303, True)
    sent = signed_in(app, None).post("/attachments/add", headers=html)
    assert (sent.status_code, sent.headers["Location"]) == (303, "/sign-in")


def test_the_same_file_is_stored_once(app, module_db, home):
    """Two towns, one form: two entries, one file; twice at one visit is told, and nothing of that form is kept."""
    body = photo()
    send(app, "hu1", (body, "a.jpg"), visit="p1")
    once = kept(home)
    assert {file.name.removesuffix(".thumb") for file in once} == {hashlib.sha256(body).hexdigest()}
    send(app, "hu2", (body, "b.jpg"), visit="p4")
    send(app, "hu1", (body, "c.jpg"), item=ITEM)
    assert kept(home) == once
    assert len(numbers(module_db)) == 3
    _, page = send(app, "hu1", (photo(tint=90), "new.jpg"), (body, "a.jpg"), visit="p1")
    assert 'role="alert"' in page
    assert len(numbers(module_db)) == 3


BAD = {
    "empty": (b"", "a.jpg"), "page": (HTML, "a.jpg"), "bomb": (archive(50 * 2**20), "a.jpg"),
    "pixels": (pixel_bomb(), "a.png"), "half": (photo(size=(1200, 900))[:3000], "a.jpg"),
    "large": (photo() + bytes(21 * 2**20), "a.jpg"),
}  # fmt: skip


@pytest.mark.parametrize("bad", BAD)
def test_a_bad_file_is_told_and_nothing_of_the_form_is_kept(app, module_db, home, bad):
    _, page = send(app, "hu1", (photo(), "good.jpg"), BAD[bad], visit="p1")
    assert page.count('role="alert"') == 1
    assert numbers(module_db) == []
    assert kept(home) == []


@pytest.mark.parametrize("sent", [[], [(b"", "")], [(PDF + bytes([n]), f"{n}.pdf") for n in range(MOST_FILES + 1)]])
def test_none_and_too_many_are_told(app, module_db, home, sent):
    _, page = send(app, "hu1", *sent, visit="p1")
    assert page.count('role="alert"') == 1
    assert kept(home) == []


def test_two_gigabytes_are_refused_before_they_are_read(app, module_db, home):
    client = signed_in(app, "hu1")
    answer = client.post(
        "/attachments/add",
        data={"csrf_token": token(client), "visit": "p1", "file": (io.BytesIO(photo()), "a.jpg")},
        content_type="multipart/form-data",
        environ_overrides={"CONTENT_LENGTH": str(2**31)},
        headers={"Accept": "text/html"},
    )
    assert answer.status_code == 413
    assert "太大" in answer.text
    assert kept(home) == []


# the parser of forms leaves what it had begun to the collector
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_an_upload_that_breaks_leaves_nothing(app, module_db, home):
    """The line goes dead in the middle of the file; the next form is answered as ever."""
    client = signed_in(app, "hu1")
    whole = io.BytesIO()
    edge = "x" * 30
    for name, value in (("csrf_token", token(client)), ("visit", "p1")):
        whole.write(f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode())
    head = f'--{edge}\r\nContent-Disposition: form-data; name="file"; filename="a.jpg"\r\n\r\n'
    whole.write(head.encode() + photo(size=(1600, 1200)))
    session, csrf = client.get_cookie("grid_session"), client.get_cookie("_csrf_token")
    server = make_server("127.0.0.1", 0, app.server, threaded=True)
    serving = threading.Thread(target=server.serve_forever)
    serving.start()
    try:
        with socket.create_connection(("127.0.0.1", server.server_port)) as line:
            line.sendall(
                f"POST /attachments/add HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: {10**7}\r\n"
                f"Content-Type: multipart/form-data; boundary={edge}\r\n"
                f"Cookie: grid_session={session.value}; _csrf_token={csrf.value}\r\n\r\n".encode()
                + whole.getvalue()
            )
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
        gc.collect()
    assert numbers(module_db) == []
    assert kept(home) == []
    _, page = send(app, "hu1", (photo(), "a.jpg"), visit="p1")
    assert 'role="status"' in page


def test_a_full_disk_is_told(app, module_db, home):
    """No file of this process may grow beyond 50 kB for a moment: the kernel refuses the rest, as a full disk does."""
    body = noisy_photo((500, 400), 1)
    assert len(body) > 100_000
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    client = signed_in(app, "hu1")
    form = {"csrf_token": token(client), "visit": "p1", "file": (io.BytesIO(body), "a.jpg")}
    resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, limits[1]))
    try:
        answer = client.post("/attachments/add", data=form, content_type="multipart/form-data")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert answer.status_code == 303
    assert "磁盘已满" in client.get(answer.headers["Location"]).text
    assert numbers(module_db) == []
    assert kept(home) == []


def test_bytes_that_are_gone_are_told(app, module_db, home):
    send(app, "hu1", (photo(), "a.jpg"), visit="p1")
    for file in kept(home):
        file.unlink()
    (number,) = numbers(module_db)
    client = signed_in(app, "hu1")
    for address in (f"/attachments/{number}", f"/attachments/{number}/thumb"):
        answer = client.get(address, headers={"Accept": "text/html"})
        assert answer.status_code == 404
        assert "只剩登记" in answer.text
    assert client.get("/visit/p1").status_code == 200


def test_what_no_entry_names_goes_after_a_day(app, module_db, home):
    """Removed, interrupted or never arrived: the worker takes it out, and only that."""
    send(app, "hu1", (photo(), "stays.jpg"), visit="p1")
    stays = kept(home)
    send(app, "hu1", (photo(tint=90), "goes.jpg"), visit="p1")
    number = numbers(module_db)[-1]
    client = signed_in(app, "hu1")
    client.post(f"/attachments/{number}/remove", data={"csrf_token": token(client), f"reason-{number}": "x"})
    (home / "attachments" / "incoming" / "half").write_bytes(b"half")
    store, worker = open_store(Settings(home=home)), engine_of_role(JOBS, module_db.url, pool_size=1)
    try:
        assert tidy_attachments(worker.begin, store).files == 0, "not yet a day old"
        assert len(kept(home)) == 5
        for file in kept(home):
            os.utime(file, (0, file.stat().st_mtime - UNNAMED_SECONDS - 60))
        assert tidy_attachments(worker.begin, store).files == 2
    finally:
        worker.dispose()
    assert kept(home) == stays


def test_the_settings_name_the_largest_file():
    assert settings().attachment_mb == 20
