"""A14: the whole journey over the map by the keyboard alone; where one is can always be seen, and is never lost."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.the_map import address_has, drawn, until

FOCUS = """() => {
  const at = document.activeElement;
  if (!at || at === document.body) return "lost";
  const box = at.getBoundingClientRect(), shows = each => {
    const style = getComputedStyle(each);
    return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 1 || style.boxShadow !== "none";
  };
  const drawing = at.querySelector("path:first-of-type");
  const ring = shows(at) || drawing && parseFloat(getComputedStyle(drawing).strokeWidth) > 2
    || at.parentElement.closest("div:focus-within") && [...Array(4).keys()].reduce((found, up) => {
      let of = at; for (let i = 0; i <= up; i++) of = of.parentElement || of; return found || shows(of); }, false);
  const seen = box.width > 0 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return ring && seen ? "" : `${seen ? "no ring" : "out of sight"}: ${at.outerHTML.slice(0, 160)}`;
}"""
STEPS = 90


def tab_to(page: Page, selector: str, *, back: bool = False) -> None:
    """Press Tab until the focus is on what fits; on the way it is seen at every step."""
    for _ in range(STEPS):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        fault = page.evaluate(FOCUS)
        if fault == "lost":  # past the last control the browser's own bar has it
            continue
        assert fault == "", selector
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"the keyboard does not come to {selector}")


def at_rest(page: Page) -> None:
    """After an act, the map is drawn and the focus is still somewhere that is seen."""
    drawn(page)
    assert page.evaluate(FOCUS) == ""


def test_a14_the_whole_journey_by_keyboard(see):
    page = see("/")
    drawn(page)
    tab_to(page, ".skip")
    page.keyboard.press("Enter")
    tab_to(page, "#switches a")
    page.keyboard.press("Enter")
    address_has(page, "points=")
    at_rest(page)

    tab_to(page, "#layers a:not([aria-current=true])", back=True)
    page.keyboard.press("Enter")
    address_has(page, "layer=")
    at_rest(page)

    tab_to(page, "#legend a")
    page.keyboard.press("Enter")
    address_has(page, "only=")
    at_rest(page)
    page.keyboard.press("Enter")
    until(page, "() => !location.search.includes('only=')")
    at_rest(page)

    tab_to(page, "#month")
    month = page.locator(".time .now").inner_text()
    page.keyboard.press("ArrowLeft")
    until(page, "month => document.querySelector('.time .now').innerText !== month", month)
    address_has(page, "asof=")
    at_rest(page)

    steps = 1
    for part in ("unit=", "unit=", "subject="):
        before = page.url
        tab_to(page, "#ranking .rank a")
        page.keyboard.press("Enter")
        address_has(page, part)
        until(page, "before => location.href !== before", before)
        steps += 1
        until(page, "steps => document.querySelectorAll('#crumbs li').length === steps", steps)
        at_rest(page)
    until(page, "() => document.querySelectorAll('#chain .chain > li').length === 4")
    assert all(text.strip() for text in page.locator("#chain .chain > li").all_inner_texts())

    tab_to(page, "#crumbs li:first-child a", back=True)
    page.keyboard.press("Enter")
    until(page, "() => document.querySelectorAll('#crumbs li').length === 1")
    at_rest(page)

    tab_to(page, "#to-table")
    page.keyboard.press("Enter")
    until(page, "() => document.querySelector('.drawer .ag-row')")
    tab_to(page, ".drawer a[href*='format=csv']")
    with page.expect_download():
        page.keyboard.press("Enter")
    tab_to(page, ".drawer .ag-header-cell, .drawer .ag-cell")
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.matches('.ag-cell')")
    page.keyboard.press("Escape")
    until(page, "() => !document.querySelector('.drawer')")
    at_rest(page)

    page.evaluate("window.print = () => { document.documentElement.dataset.printed = 'yes'; }")
    tab_to(page, ".moves details:not(.tools-menu) > summary", back=True)
    page.keyboard.press("Enter")
    tab_to(page, ".moves a[href*='/map/picture.png']")
    with page.expect_download():
        page.keyboard.press("Enter")
    tab_to(page, ".moves [data-print]")
    page.keyboard.press("Enter")
    until(page, "() => document.documentElement.dataset.printed === 'yes'")
    assert page.evaluate(FOCUS) == ""
