"""A long list is read a page at a time: every row of it stands on one page, and links lead through them all."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import text

from dashboard.request.view import View
from dashboard.screens.admin.parts import audit
from dashboard.screens.data import page as data_page
from dashboard.screens.jobs import page as jobs_page
from dashboard.screens.work import view_model
from geodata.calendar import today
from geodata.database.batches import open_batch
from geodata.database.scope import read_transaction, write_transaction
from geodata.integrity.run_checks import run_checks
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

BATCHES = [f"file{number}.xlsx" for number in range(7)]
LISTS = [
    ("/work", "qin", view_model, r"/work/item\?item=([^\"&]+)", "SELECT item_no FROM grid.work_item"),
    ("/data", "da", data_page, r">(file\d\.xlsx)<", "SELECT file_name FROM grid.load_batch WHERE file_name ~ '^file'"),
    ("/jobs", "da", jobs_page, r'href="/jobs/(\d+)', "SELECT CAST(id AS text) FROM grid.job WHERE login = 'da'"),
    (
        "/admin/audit", "ad", audit, r"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)</td>",
        "SELECT to_char(at, 'YYYY-MM-DD HH24:MI:SS') FROM grid.audit",
    ),
]  # fmt: skip
PAGED = pytest.mark.parametrize(("path", "login", "module", "pattern", "whole"), LISTS, ids=[each[0] for each in LISTS])


@pytest.fixture(scope="module")
def app(module_db):
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
        db.execute(text("DELETE FROM grid.post WHERE subject_id IS NOT NULL OR unit_code LIKE 'V%'"))
        run_checks(db, today())
        for name in BATCHES:
            open_batch(db, "units", name)
            db.execute(
                text("INSERT INTO grid.job (kind, login, address, lang, job_key, arguments)"
                     " VALUES ('check_grid', 'da', '', 'zh', :key, '{}')"), {"key": name}
            )  # fmt: skip
    return application(module_db)


@PAGED
def test_the_links_lead_through_every_row_once(app, module_db, monkeypatch, path, login, module, pattern, whole):
    monkeypatch.setattr(module, "PAGE_SIZE", 3)
    client, seen, address = signed_in(app, login), [], path
    with read_transaction(module_db) as db:
        rows = list(db.execute(text(whole)).scalars())
    assert len(rows) > 6, "three pages at least"
    pages = 0
    while address:
        body = client.get(address).text
        seen += [unescape(found).replace("%3A", ":") for found in re.findall(pattern, body)]
        address, pages = link(body, "next"), pages + 1
    assert sorted(seen) == sorted(rows)
    assert pages == -(-len(rows) // 3)


@PAGED
def test_a_page_past_the_end_is_the_last_one(app, monkeypatch, path, login, module, pattern, whole):
    monkeypatch.setattr(module, "PAGE_SIZE", 3)
    client = signed_in(app, login)
    body = client.get(f"{path}?page=999999").text
    assert link(body, "next") is None
    assert link(body, "prev") is not None
    assert re.findall(pattern, body)


@PAGED
def test_a_list_that_fits_on_its_page_has_no_links(app, monkeypatch, path, login, module, pattern, whole):
    monkeypatch.setattr(module, "PAGE_SIZE", 1000)
    body = signed_in(app, login).get(path).text
    assert link(body, "next") is None
    assert link(body, "prev") is None


def test_a_list_picked_differently_begins_at_its_first_page():
    view = View(page=4)
    assert "page" not in view.link_to("/work", only="open")
    assert "page" not in view.link_to("/work", unit="T1", find="农场")
    assert view.link_to("/work/item", item="a:b").endswith("page=4"), "the way back knows the page"
    assert View.parse("?page=0").page == View.parse("?page=-1").page == View.parse("?page=二").page == 1


def link(body: str, way: str) -> str | None:
    found = re.search(rf'<a [^>]*rel="{way}"[^>]*>', body)
    return unescape(re.search(r'href="([^"]+)"', found[0])[1]) if found else None
