"""A1: a click takes what the pointer is on: at town and village level the polygon, at subject level the point."""

from __future__ import annotations

import shapely

from tests.browser.the_map import address_has, drawn, hover_told, shapes, spots_on_screen, subjects, until


def test_a01_at_town_level_the_polygon_wins_wherever_points_lie(see):
    """Every town, at the place of one of its own points: never a subject."""
    page = see("/")
    drawn(page)
    towns, dots = shapes(page, "town"), subjects(page)
    for code, area in towns.items():
        inside = [place for place in dots.values() if area.buffer(-0.002).contains(shapely.Point(place))]
        spots = spots_on_screen(page, inside or [area.representative_point().coords[0]])
        assert spots, f"{code} has no place on the screen"
        page.mouse.move(*spots[0])
        page.wait_for_timeout(150)
        page.mouse.click(*spots[0])
        address_has(page, f"unit={code}")
        assert "subject=" not in page.url, code
        page.go_back()
        until(page, "() => !location.search.includes('unit=')")
        drawn(page)


def test_a01_a_point_answers_within_five_pixels_and_says_what_a_click_does(see):
    page = see("/?level=subject")
    drawn(page)
    places = list(subjects(page).items())
    alone = [
        (code, place)
        for code, place in places
        if all(other == code or abs(x - place[0]) + abs(y - place[1]) > 0.02 for other, (x, y) in places)
    ]
    assert alone
    for code, place in alone[:3]:
        (x, y), *_ = spots_on_screen(page, [place])
        assert "点击看它的责任链" in hover_told(page, x + 4, y)
        assert "点击只看这里的主体" in hover_told(page, x + 9, y), f"{code} answers from far away"
    x, y = spots_on_screen(page, [alone[0][1]])[0]
    page.mouse.move(x, y)
    page.wait_for_timeout(150)
    page.mouse.click(x, y)
    address_has(page, f"subject={alone[0][0]}")


def test_a01_hover_over_a_unit_says_where_a_click_leads(see):
    for address, words in (("/", "点击进入，比较村社区"), ("/?level=village", "点击进入，比较主体")):
        page = see(address)
        drawn(page)
        area = next(iter(shapes(page, "village").values()))
        assert words in hover_told(page, *spots_on_screen(page, [area.representative_point().coords[0]])[0])
