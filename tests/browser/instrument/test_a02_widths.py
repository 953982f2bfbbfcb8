"""A2: no page is wider than its window, nothing of the header is out of sight, whatever names there are."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page
from sqlalchemy import text

from tests.browser.conftest import OFFICE, PHONE, server
from tests.browser.the_map import until

LONG = "演示现代农业产业园区第一管理服务中心东侧片区管理委员会（筹建）"
TOWN = "220602101000"
NARROW = (320, 640)
PLACES = (
    f"/?unit={TOWN}",
    f"/?unit={TOWN}&level=subject&subject={{subject}}",
    f"/unit/{TOWN}",
    "/subject/{subject}",
    "/work",
    "/admin/rules",
    "/admin/posts",
    "/data",
    "/jobs",
    "/me",
)
OUT = """() => {
  const wide = document.documentElement.scrollWidth - window.innerWidth;
  const lost = [...document.querySelectorAll('.top > *, .top .seg a, .quiet > *')].filter(each => {
    const box = each.getBoundingClientRect();
    return box.width && !each.classList.contains('skip') && (box.right > window.innerWidth + 1 || box.left < -1);
  }).map(each => each.textContent);
  const cut = [...document.querySelectorAll('.crumbs li, .brand, .quiet b')]
    .filter(each => each.scrollWidth > each.clientWidth + 1 && getComputedStyle(each).overflowX !== 'visible')
    .map(each => each.textContent);
  return [wide, lost, cut];
}"""


FOUND = """
SELECT s.subject_id FROM grid.roster_on(grid.today()) AS s
JOIN grid.unit_on(grid.today()) AS u ON u.code = s.village_code WHERE u.parent_code = :town ORDER BY 1 LIMIT 1
"""


@pytest.fixture(scope="module")
def long_names(new_database, demo_template) -> Iterator[tuple[str, str]]:
    """The demonstration with a town of 31 characters, as there are such offices; and one of its subjects."""
    for engine in new_database(demo_template):
        with engine.begin() as db:
            db.execute(
                text("UPDATE grid.unit_version SET name = :name WHERE code = :code"), {"name": LONG, "code": TOWN}
            )
            subject = db.execute(text(FOUND), {"town": TOWN}).scalar_one()
        with server(engine) as address:
            yield address, str(subject)


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [OFFICE, PHONE, NARROW], ids=["office", "phone", "narrow"])
def test_a02_no_page_is_wider_than_its_window(opener, browser, long_names, size, lang):
    address, subject = long_names
    page: Page = opener(browser, f"{address}/me", size, "section")
    for place in PLACES:
        asked = place.format(subject=subject)
        page.goto(f"{address}{asked}{'&' if '?' in asked else '?'}lang={lang}")
        until(page, "() => document.querySelector('.top .quiet summary')")
        page.wait_for_timeout(150)
        assert page.evaluate(OUT) == [pytest.approx(0, abs=1), [], []], (asked, lang)
        if "unit=" in asked:
            until(page, "name => document.querySelector('.crumbs')?.textContent.includes(name)", LONG)
