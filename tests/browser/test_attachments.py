"""A photograph on a phone: added to a fault of the grid and to a visit, seen, downloaded, removed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import Engine, text

from geodata.database.scope import read_transaction
from tests.attached_files import HTML, photo
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults

TOWN = "(SELECT p.unit_code FROM grid.account JOIN grid.post AS p USING (person_no) WHERE login = 'station' LIMIT 1)"
VISIT = f"""
SELECT v.visit_no, v.subject_id FROM grid.visit AS v JOIN grid.subject AS s USING (subject_id)
JOIN grid.unit_place AS u ON u.code = s.village_code WHERE u.parent_code = {TOWN} ORDER BY v.visited_on DESC, 1 LIMIT 1
"""
ITEM = f"""
SELECT i.item_no FROM grid.work_item AS i JOIN grid.unit_place AS u ON u.code = i.unit_code
WHERE u.parent_code = {TOWN} AND i.state = 'open' ORDER BY 1 LIMIT 1
"""


def ask(engine: Engine, sql: str) -> tuple[str, ...]:
    with read_transaction(engine) as db:
        return tuple(db.execute(text(sql)).one())


def add(page: Page, name: str, body: bytes, *, strip: bool = False) -> None:
    page.set_input_files("#field-file", [{"name": name, "mimeType": "image/jpeg", "buffer": body}])
    if strip:
        page.check("#field-strip")
    page.get_by_role("button", name="添加附件").click()


def remove_all(page: Page) -> None:
    while page.locator(".attached li").count():
        entry = page.locator(".attached li").first
        entry.locator("summary").click()
        entry.locator("input[name^=reason]").fill("试用")
        entry.get_by_role("button", name="删除").click()
        page.locator(".alert.said").wait_for()


@pytest.mark.parametrize("which", ["item", "visit"])
def test_a_station_head_adds_looks_downloads_and_removes(see, demo_district, tmp_path, which):
    if which == "item":
        address = f"/work/item?item={ask(demo_district, ITEM)[0]}"
    else:
        address = f"/visit/{ask(demo_district, VISIT)[0]}"
    body = photo(size=(1600, 1200), turned=6)
    page = see(address, size=PHONE, who="station")
    add(page, "大棚.jpg", body)
    expect(page.locator("[role=status].said, .alert.said")).to_contain_text("已添加 1 个附件")
    entry = page.locator(".attached li")
    for words in ("大棚.jpg", "拍摄时间 2026-03-01 09:30", "126.42000, 41.94000", "station"):
        expect(entry).to_contain_text(words)
    picture = entry.locator("img")
    expect(picture).to_have_js_property("naturalWidth", 240)
    expect(picture).to_have_js_property("naturalHeight", 320)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert faults(page) == []
    with page.expect_download() as download:
        entry.locator("a", has_text="下载").click()
    assert download.value.suggested_filename == "大棚.jpg"
    download.value.save_as(tmp_path / "got.jpg")
    assert Path(tmp_path / "got.jpg").read_bytes() == body
    page.emulate_media(media="print")
    assert not page.locator("#field-file").is_visible()
    page.emulate_media(media="screen")
    remove_all(page)
    expect(page.locator(".attached li")).to_have_count(0)


def test_the_timeline_of_a_subject_shows_it_and_leads_there(see, demo_district):
    visit, subject = ask(demo_district, VISIT)
    page = see(f"/subject/{subject}", size=PHONE, who="station")
    link = page.locator(f"a.attached-few[href*='/visit/{visit}']")
    link.click()
    page.wait_for_url(re.compile("/visit/"))
    add(page, "无声.jpg", photo(), strip=True)
    expect(page.locator(".attached li")).to_contain_text("已去除照片中的地点和时间")
    again = see(f"/subject/{subject}", who="leader")
    picture = again.locator(f"a.attached-few[href*='/visit/{visit}'] img")
    expect(picture).to_have_js_property("naturalWidth", 320)
    remove_all(page)


def test_what_only_looks_like_a_photograph_is_refused(see, demo_district):
    page = see(f"/visit/{ask(demo_district, VISIT)[0]}", size=PHONE, who="station")
    add(page, "a.jpg", HTML)
    expect(page.locator("[role=alert]")).to_contain_text("不是照片")
    assert page.locator(".attached li").count() == 0


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("more", ["theme=light", "theme=dark&lang=en"])
def test_the_page_of_a_visit_fits_and_has_no_serious_fault(see, demo_district, size, more):
    page = see(f"/visit/{ask(demo_district, VISIT)[0]}?{more}", size=size, who="station")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []
