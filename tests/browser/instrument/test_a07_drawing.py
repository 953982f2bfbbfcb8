"""A7: while the map is drawn it says so; it is never blank or half, and nothing beside it jumps."""

from __future__ import annotations

from tests.browser.the_map import MAP, drawn, until

SHAPES = "**/geo/*.geojson*"
BOXES = """() => ['#tiles', '#ranking', '#chain', 'section.map', '.top'].map(name => {
  const box = document.querySelector(name).getBoundingClientRect();
  return [name, box.x, box.y, box.width, box.height];
})"""
WORDS = """() => {
  const told = document.querySelector('.drawing');
  return told && getComputedStyle(told).display !== 'none' && told.innerText;
}"""


def let_go(page, held) -> None:
    """Shapes that were held back, and all later ones, go on their way."""
    for route in held:
        route.continue_()
    held.clear()
    page.unroute(SHAPES)


def test_a07_words_stand_until_the_polygons_have_their_colours(see):
    page = see("/me")
    held = []
    page.route(SHAPES, lambda route: held.append(route))
    page.goto(page.url.replace("/me", "/"))
    until(page, "() => document.querySelector('#tiles .tile')")
    page.wait_for_timeout(600)
    assert page.evaluate(WORDS).strip() == "正在画图…"
    boxes = page.evaluate(BOXES)
    let_go(page, held)
    drawn(page)
    until(page, f"() => !({WORDS})()")
    fills = f"{MAP}.style._order.filter(name => name.startsWith('plotly-trace') && name.includes('fill'))"
    assert page.evaluate(f"{MAP}.queryRenderedFeatures({{layers: {fills}}}).length") > 0
    assert page.evaluate(BOXES) == boxes, "nothing jumps while loading"


def test_a07_they_come_back_smaller_while_other_shapes_are_on_their_way(see):
    page = see("/")
    drawn(page)
    held = []
    page.route(SHAPES, lambda route: held.append(route))
    page.locator("#levels a").nth(1).click()
    until(page, WORDS)
    assert page.evaluate("getComputedStyle(document.querySelector('.drawing')).pointerEvents") == "none"
    let_go(page, held)
    until(page, f"() => !({WORDS})()")
