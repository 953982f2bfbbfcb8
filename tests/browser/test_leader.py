"""The leader's journey: town, village, subject, and the four names, in three clicks; and back again."""

from __future__ import annotations

import shapely

from tests.browser.the_map import MAP, address_has, click_place, click_unit, drawn, shapes, subjects, until


def test_three_clicks_from_the_district_to_four_names(see):
    page = see("/")
    drawn(page)
    assert page.locator("#chain .chain > li").count() >= 1

    towns, villages = shapes(page, "town"), shapes(page, "village")
    homes = {subject: shapely.Point(place) for subject, place in subjects(page).items()}
    per_village = {code: sum(area.contains(home) for home in homes.values()) for code, area in villages.items()}
    village = max(per_village, key=lambda code: per_village[code])
    town = next(code for code, area in towns.items() if area.contains(villages[village].representative_point()))

    click_unit(page, towns[town])
    address_has(page, f"unit={town}")
    drawn(page)
    assert page.locator("#levels [aria-current=true]").inner_text() == "村社区"

    click_unit(page, villages[village])
    address_has(page, f"unit={village}")
    drawn(page)

    local = [place for subject, place in subjects(page).items() if villages[village].contains(homes[subject])]
    click_place(page, local[::-1])
    address_has(page, "subject=")
    until(page, "() => document.querySelectorAll('#chain .chain > li').length === 4")

    levels = page.locator("#chain .chain > li")
    for place in range(4):
        names = levels.nth(place).locator(".post b, .post.gap")
        assert names.count() >= 1, "every level has a name or says that it is vacant"
        assert all(text.strip() for text in names.all_inner_texts())
    assert page.locator("#crumbs li").count() == 4

    page.go_back()
    until(page, f"() => !location.search.includes('subject=') && location.search.includes('unit={village}')")
    page.go_back()
    until(page, f"() => location.search.includes('unit={town}')")
    until(page, "() => document.querySelectorAll('#crumbs li').length === 2")
    page.go_back()
    until(page, "() => location.search === ''")
    until(page, "() => document.querySelectorAll('#crumbs li').length === 1")


def test_the_breadcrumb_climbs(see):
    page = see("/")
    drawn(page)
    page.locator("#ranking .rank a").first.click()
    address_has(page, "unit=")
    until(page, "() => document.querySelectorAll('#crumbs li').length === 2")
    page.locator("#crumbs a").first.click()
    until(page, "() => document.querySelectorAll('#crumbs li').length === 1")
    assert "unit=" not in page.url


def test_an_address_restores_the_whole_view(see):
    page = see("/")
    drawn(page)
    page.locator("#layers a").nth(2).click()
    page.locator("#ranking .rank a").first.click()
    address_has(page, "unit=")
    assert "layer=failures" in page.url, "a quick second click keeps what the first one changed"
    until(page, "() => document.querySelectorAll('#crumbs li').length === 2")
    drawn(page)
    panels = ("#crumbs", "#legend", "#tiles", "#ranking", "#chain")
    before = [page.locator(panel).inner_text() for panel in panels]

    again = see("/" + page.url.split("/", 3)[3])
    drawn(again)
    assert [again.locator(panel).inner_text() for panel in panels] == before
    zoom = again.evaluate(f"{MAP}.getZoom()")
    until(page, f"zoom => Math.abs({MAP}.getZoom() - zoom) < 0.25", zoom)
