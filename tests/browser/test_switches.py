"""Layers, days, heat, legend, table, theme and language: every switch is an address, and every address a view."""

from __future__ import annotations

import pytest

from tests.browser.conftest import PROJECTOR
from tests.browser.the_map import address_has, drawn, in_menu, until

CAMERA = "(() => { const map = document.querySelector('#map .js-plotly-plot')._fullLayout.map._subplot.map; \
    return [map.getCenter().lng, map.getCenter().lat, map.getZoom()]; })()"


def colours(page):
    return page.evaluate("JSON.stringify(document.querySelector('#map .js-plotly-plot').data[0].colorscale)")


@pytest.mark.parametrize("layer", ["coverage", "failures", "chain"])
def test_a_layer_switch_recolours_and_leaves_the_camera(see, layer):
    page = see("/")
    drawn(page)
    page.mouse.move(500, 400)
    page.mouse.wheel(0, -200)
    page.wait_for_timeout(700)
    before, camera, figure = colours(page), page.evaluate(CAMERA), page.locator("#tiles").inner_text()
    page.locator(f"#layers a[href*='layer={layer}']").click()
    address_has(page, f"layer={layer}")
    until(page, "() => document.querySelector('#layers a[aria-current=true]').href.includes('layer=')")
    drawn(page)
    assert colours(page) != before
    assert page.evaluate(CAMERA) == pytest.approx(camera, abs=1e-6)
    assert page.locator("#tiles").inner_text() == figure, "the headline figures do not depend on the layer"


def test_the_legend_adds_up_to_the_tile(see):
    page = see("/")
    drawn(page)
    counts = page.locator("#tiles a[aria-current=true]").inner_text().split()
    assert page.locator("#legend .total").inner_text().split()[1] in "".join(counts)


def test_a_class_of_the_legend_picks_its_units_out(see):
    page = see("/?level=village")
    drawn(page)
    row = page.locator("#legend a[role=button]").nth(1)
    row.click()
    address_has(page, "only=")
    until(page, "() => document.querySelector('#legend a[aria-pressed=true]')")
    picked = "document.querySelector('#map .js-plotly-plot').data[0].selectedpoints.length"
    assert str(page.evaluate(picked)) in page.locator("#legend a[aria-pressed=true] .count").inner_text()


def test_another_day_is_another_map(see):
    page = see("/")
    drawn(page)
    now = page.locator("#tiles").inner_text()
    page.locator("#month").focus()
    for _ in range(6):
        page.keyboard.press("ArrowLeft")
    address_has(page, "asof=")
    until(page, "text => document.querySelector('#tiles').innerText !== text", now)
    month = page.locator("#now").inner_text()
    assert f"asof={month}" in page.url
    assert page.locator("#day").input_value().startswith(month)

    page.locator("#day").fill("2026-03-15")
    page.keyboard.press("Enter")
    address_has(page, "asof=2026-03-15")
    until(page, "() => document.querySelector('#now').innerText === '2026-03'")


def test_a_day_before_any_fact_has_a_map_without_numbers(see):
    page = see("/?asof=2001-01-01")
    drawn(page)
    figures = page.locator("#tiles .figure").all_inner_texts()
    assert len(figures) == 5
    assert set(figures) == {"—"}
    assert "无应巡查主体" in page.locator("#legend").inner_text()
    assert page.locator(".alert").count() == 0


def test_play_moves_through_the_months_and_stops(see):
    page = see("/")
    drawn(page)
    page.locator("#month").focus()
    for _ in range(3):
        page.keyboard.press("ArrowLeft")
    address_has(page, "asof=")
    page.locator("#play").click()
    until(page, "() => location.search === ''", patience_ms=60_000)
    until(page, "() => document.querySelector('#play').innerText === '▶'")


@pytest.mark.parametrize("heat", ["subjects", "overdue", "failures"])
def test_heat_is_drawn_and_taken_away(see, heat):
    page = see("/")
    drawn(page)
    page.locator(f"#switches a[href*='heat={heat}']").click()
    address_has(page, f"heat={heat}")
    until(page, "() => document.querySelector('#map .js-plotly-plot').data[2].visible")
    page.locator("#switches a[aria-current=true]").click()
    until(page, "() => !location.search.includes('heat')")
    until(page, "() => !document.querySelector('#map .js-plotly-plot').data[2].visible")


def test_the_table_is_the_maps_twin(see):
    page = see("/?level=village")
    drawn(page)
    page.locator("#to-table").click()
    address_has(page, "table=1")
    page.locator(".drawer .ag-row").first.wait_for()
    units = page.evaluate("document.querySelector('#map .js-plotly-plot').data[0].locations.length")
    assert str(units) in page.locator(".drawer h2").inner_text()
    until(page, "() => document.querySelector('.drawer .ag-header-cell-text')?.innerText === '名称'")
    links = page.locator(".drawer a[href^='/api/']").evaluate_all("links => links.map(link => link.href)")
    assert len(links) == 3
    for link in links:
        answer = page.request.get(link)
        assert answer.ok
        assert answer.body()
    page.keyboard.press("Escape")
    until(page, "() => !location.search.includes('table')")
    until(page, "() => !document.querySelector('.drawer')")


def test_english_and_dark_by_a_switch_and_by_the_address(see):
    page = see("/", PROJECTOR)
    drawn(page)
    in_menu(page, "a[lang]")
    until(page, "() => document.documentElement.lang === 'en' && document.querySelector('#layers a')")
    assert page.locator("#layers a").all_inner_texts() == [
        "Coverage",
        "Overdue",
        "Test failures",
        "Chain",
        "Grid health",
    ]
    drawn(page)
    in_menu(page, "a:not(.who):not(.own):not([lang])")
    until(page, "() => document.documentElement.dataset.theme === 'dark' && document.querySelector('#layers a')")
    assert {"lang=en", "theme=dark"} <= set(page.url.split("?")[1].split("&"))
    drawn(page)
    size = page.evaluate("parseFloat(getComputedStyle(document.querySelector('.tile .figure')).fontSize)")
    assert size >= 40, "a projector's figures are for the back row"


def test_nothing_but_lists_scrolls_on_an_office_screen(see):
    page = see("/?level=village")
    drawn(page)
    root = page.evaluate("[document.documentElement.scrollHeight, document.documentElement.scrollWidth]")
    assert root == [768, 1366]
    cut = page.evaluate("""[...document.querySelectorAll('.tile *, .top a, .seg a, .legend *, .time *')]
      .filter(part => !part.classList.contains('sr') && getComputedStyle(part).display !== 'inline')
      .filter(part => part.scrollWidth > part.clientWidth + 1)
      .map(part => part.outerHTML.slice(0, 120))""")
    assert cut == []
