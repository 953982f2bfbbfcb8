"""The steward's journey: a file with faults is looked at, mended, loaded, taken back; nothing changes before that."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
from sqlalchemy import text

from dashboard.auth.password import hash_password
from geodata.accounts import account_admin
from geodata.database.scope import read_transaction, write_transaction
from tests.browser.conftest import OFFICE, PHONE, enter, server
from tests.browser.test_accessible import faults
from tests.builders import small_world
from tests.visitors import add_accounts
from tests.worker import doing_jobs

HEADS = ["主体编号", "主体名称", "主体类型", "行业", "村编码", "经度", "纬度", "入册日期", "风险等级"]


PASSWORD = "test-only-password"


@pytest.fixture
def office(empty_db):
    """The small world behind a server; its steward and a supervisor have a password."""
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
        for login in ("da", "su1"):
            account_admin.set_password(db, login, hash_password(PASSWORD))
    with server(empty_db) as address, doing_jobs(empty_db):
        yield address, empty_db


@pytest.fixture
def steward(opener, browser, office):
    address, _ = office

    def go(size=OFFICE, login="da"):
        page = opener(browser, f"{address}/data", size, who=None)
        enter(page, login, PASSWORD)
        return page

    return go


def workbook(path: Path, *rows: list[object]) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "主体"
    for row in (HEADS, *rows):
        sheet.append(row)
    book.save(path)
    return path


def names(engine) -> list[str]:
    with read_transaction(engine) as db:
        return list(db.execute(text("SELECT name FROM grid.subject ORDER BY subject_id")).scalars())


def send(page, path: Path) -> None:
    page.set_input_files("#field-file", path)
    page.select_option("#field-datum", "cgcs2000")
    page.locator("form[enctype] button").click()
    page.locator("h2", has_text=path.name).wait_for()


def outcome(page) -> str:
    """What came of a job: told where it was asked for when it was short; a longer one tells on its own page.

    Either way the list of batches is shown afterwards.
    """
    page.locator(".alert.said").or_(page.locator("main a.button", has_text="查看结果")).first.wait_for()
    words: str = page.locator("main").inner_text()
    if "/jobs/" in page.url:
        page.goto(page.url.split("/jobs/")[0] + "/data")
    return words


def test_upload_mend_confirm_and_take_back(steward, office, tmp_path):
    _, engine = office
    before = names(engine)
    page = steward()
    bad = workbook(
        tmp_path / "新主体.xlsx",
        ["S1", "改名农场", "种养大户", "菜", "V1", 126.05, 41.05, "2026-01-01", "低风险"],
        ["S8", "新农场", "种养大户", "菜", "V9", 126.06, 41.06, "2026-02-01", "低风险"],
        ["S9", "又一农场", "种养大户", "菜", "V1", 126.07, 41.07, "2099-13-01", "低风险"],
    )
    send(page, bad)
    body = page.locator("main").inner_text()
    assert "V9" in body
    assert "2099-13-01" in body
    assert page.locator("svg .spot").count() == 2
    assert page.locator("form[action*='/load']").count() == 0, "a file with faults cannot be loaded"
    assert faults(page) == []
    with page.expect_download() as download:
        page.locator("a[href*='rejects.xlsx']").click()
    download.value.save_as(tmp_path / "faults.xlsx")
    book = openpyxl.load_workbook(tmp_path / "faults.xlsx")
    assert any("V9" in str(cell.value) for sheet in book for row in sheet.iter_rows() for cell in row)
    assert names(engine) == before

    page.locator("form[action*='/drop'] button").click()
    page.locator("#field-file").wait_for()
    good = workbook(
        tmp_path / "改好.xlsx",
        ["S1", "改名农场", "种养大户", "菜", "V1", 126.05, 41.05, "2026-01-01", "低风险"],
        ["S8", "新农场", "种养大户", "菜", "V2", 126.16, 41.06, "2026-02-01", "低风险"],
    )
    send(page, good)
    assert "主体S1" in page.locator("main").inner_text(), "what would change is shown, before and after"
    page.locator("form[action*='/load'] button").click()
    outcome(page)
    assert {"改名农场", "新农场"} <= set(names(engine))
    assert page.locator("tbody tr").first.inner_text().split()[3] == "da"

    page.locator("form[action*='/undo/'] button").first.click()
    assert "撤回" in outcome(page)
    assert names(engine) == before


def test_a_column_read_wrongly_is_corrected_by_hand(steward, tmp_path, office):
    _, engine = office
    path = workbook(
        tmp_path / "x.xlsx", ["S8", "新农场", "种养大户", "菜", "V2", 126.16, 41.06, "2026-02-01", "低风险"]
    )
    book = openpyxl.load_workbook(path)
    book.active["B1"] = "叫什么"
    book.save(path)
    page = steward()
    page.select_option("#field-kind", "subjects")
    page.set_input_files("#field-file", path)
    page.select_option("#field-datum", "cgcs2000")
    page.locator("form[enctype] button").click()
    page.locator("[id='field-column:subjects.叫什么']").select_option("name")
    page.locator("form[action*='/columns'] button").click()
    assert page.locator("#field-name").input_value() == "x"
    page.fill("#field-name", "合作社月报")
    page.locator("form[action*='/mapping'] button").click()
    page.locator(".alert.said", has_text="合作社月报").wait_for()
    assert faults(page) == []
    page.locator("form[action*='/load'] button").click()
    outcome(page)
    assert "新农场" in names(engine)

    following = workbook(
        tmp_path / "y.xlsx", ["S9", "又一农场", "种养大户", "菜", "V2", 126.17, 41.06, "2026-02-01", "低风险"]
    )
    book = openpyxl.load_workbook(following)
    book.active["B1"] = "叫什么"
    book.active.title = "四月"
    book.save(following)
    page.select_option("#field-mapping", "合作社月报")
    page.set_input_files("#field-file", following)
    page.locator("form[enctype] button").click()
    page.locator("form[action*='/load'] button").click()
    outcome(page)
    assert "又一农场" in names(engine)
    page.locator("form[action*='/mappings/remove'] button").click()
    page.locator(".alert.said", has_text="已删除").wait_for()
    assert page.locator("#field-mapping option", has_text="合作社月报").count() == 0


@pytest.mark.parametrize("size", [OFFICE, PHONE])
def test_the_page_fits_and_has_no_serious_fault(steward, size):
    page = steward(size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []


def test_it_is_the_stewards_page_alone(steward, office):
    page = steward(login="su1")
    assert page.locator(".letter h1").inner_text() == "这里没有开放"
