"""The work list's journeys: from the map's bar to a fault, to its very spot on the map, and to whoever mends it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from geodata.calendar import today
from geodata.database.scope import read_transaction
from geodata.rollup.indicator_counts import village_counts
from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import MAP, drawn, in_menu, until


def a_fault(engine, check: str, within: str | None = None) -> tuple[str, float, float]:
    """An open item of a check that has a place: its number, longitude and latitude."""
    with read_transaction(engine) as db:
        row = db.execute(
            text(
                "SELECT item_no, ST_X(p), ST_Y(p) FROM (SELECT item_no, unit_code, ST_PointOnSurface(geom) AS p"
                " FROM grid.work_item WHERE check_key = :check AND state = 'open') AS i"
                " WHERE CAST(:within AS text) IS NULL OR starts_with(unit_code, :within) ORDER BY item_no LIMIT 1"
            ),
            {"check": check, "within": within},
        ).one()
    return row[0], row[1], row[2]


def test_from_the_map_to_a_fault_and_to_its_spot(see, demo_district):
    number, lon, lat = a_fault(demo_district, "subject_outside_village")
    page = see("/", who="section")
    drawn(page)
    in_menu(page, "a[href^='/work']")
    with read_transaction(demo_district) as db:
        counts = village_counts(db, "grid_clean", today()).sum()
    assert f"{counts['numerator']}/{counts['denominator']}" in page.locator("#clean").inner_text()
    page.locator(".chips a", has_text="坐标落在村外").click()
    rows = page.locator(".stack tbody tr")
    assert rows.count() == int(page.locator(".chips a[aria-current=true] .count").nth(1).inner_text())
    page.locator(f".stack a[href^='/?'][href*='{number.split(':')[1]}']").click()
    drawn(page)
    assert "坐标落在村外" in page.locator(".spot-card").inner_text()
    centre = page.evaluate(f"[{MAP}.getCenter().lng, {MAP}.getCenter().lat, {MAP}.getZoom()]")
    assert abs(centre[0] - lon) < 0.01
    assert abs(centre[1] - lat) < 0.01
    assert centre[2] > 13
    line = page.evaluate(
        "document.querySelector('#map .js-plotly-plot').data.find(each => each.uid === 'spot').lon.filter(Boolean)"
    )
    assert min(line) < lon < max(line)
    page.locator(".spot-card a", has_text="×").click()
    until(page, "() => !document.querySelector('.spot-card')")
    until(page, "() => !location.search.includes('item')")
    drawn(page)
    assert (
        page.evaluate(
            "document.querySelector('#map .js-plotly-plot').data.find(each => each.uid === 'spot').lon.length"
        )
        == 0
    )


def test_a_station_head_gives_a_fault_to_somebody(see, demo_district):
    page = see("/work", who="station")
    page.locator(".stack tbody tr a", has_text="办理").first.click()
    page.locator("form[action*='/work/assign'] button").click()
    page.locator(".alert.said").wait_for()
    assert "已分派" in page.locator(".alert.said").inner_text()
    assert "station" in page.locator("section", has_text="经过").last.inner_text()
    page.locator("form[action*='/work/reopen'] button").click()
    page.locator(".alert.said").wait_for()
    assert "已重开" in page.locator(".alert.said").inner_text()


def test_a_leader_reads_and_changes_nothing(see, demo_district):
    page = see("/work", who="leader")
    assert page.locator("main form[method=post]").count() == 0
    page.locator(".stack tbody tr a", has_text="办理").first.click()
    page.locator("h1").wait_for()
    assert page.locator("main form[method=post]").count() == 0


def test_a_fault_out_of_sight_is_no_spot_on_the_map(see, demo_district):
    with read_transaction(demo_district) as db:
        asked = "SELECT item_no FROM grid.work_item WHERE NOT starts_with(unit_code, '220602100') LIMIT 1"
        number = db.execute(text(asked)).scalar_one()
    page = see(f"/?item={number}", who="station")
    assert "不存在或不在您的辖区" in page.locator(".letter").inner_text()
    assert number not in page.content()


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_pages_fit_and_have_no_serious_fault(see, demo_district, size, theme):
    number, *_ = a_fault(demo_district, "subject_outside_village")
    for address in (f"/work?theme={theme}", f"/work/item?item={number}&theme={theme}", f"/work?lang=en&theme={theme}"):
        page = see(address, size=size, who="section")
        assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
        assert faults(page) == []
