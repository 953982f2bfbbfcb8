"""A11: at the view of the whole district every town carries its name and n/N; where small ones crowd, in an inset."""

from __future__ import annotations

import re
from itertools import combinations

import pytest

from tests.browser.the_map import MAP, address_has, drawn, until

NAMES = f"{MAP}.style._order.filter(name => {MAP}.getLayer(name).source === 'labels')"
RENDERED = f"{MAP}.queryRenderedFeatures({{layers: {NAMES}}}).map(each => each.properties)"
TEXTS = """() => [...document.querySelectorAll('.inset text')].map(each => {
  const box = each.getBoundingClientRect(); return [each.textContent, box.left, box.top, box.right, box.bottom];
})"""


def told_in_inset(page) -> dict[str, str]:
    texts = [text for text, *_ in page.evaluate(TEXTS)]
    return dict(zip(texts[::2], texts[1::2], strict=True))


@pytest.mark.parametrize("layer", ["coverage", "overdue", "failures", "chain"])
def test_a11_all_twelve_towns_carry_name_and_counts(see, layer):
    page = see(f"/?layer={layer}")
    drawn(page)
    until(page, "() => document.querySelectorAll('.inset text').length")
    until(page, f"() => {RENDERED}.length > 4")
    shown = told_in_inset(page) | {each["name"]: each["count"] for each in page.evaluate(RENDERED)}
    assert len(shown) == 12
    assert all(re.fullmatch(r"\d+/\d+", counts) for counts in shown.values())
    ranked = page.locator("#ranking .rank a")
    told = {row.locator(".who").inner_text(): row.locator(".counts").inner_text() for row in ranked.all()}
    assert shown == told, "as the ranking counts them"


def test_a11_no_names_of_the_inset_overlap_and_one_leads_into_its_unit(see):
    page = see("/")
    until(page, "() => document.querySelectorAll('.inset text').length === 12")
    boxes = page.evaluate(TEXTS)
    for (one, *a), (other, *b) in combinations(boxes, 2):
        apart = a[2] <= b[0] + 1 or b[2] <= a[0] + 1 or a[3] <= b[1] + 5 or b[3] <= a[1] + 5
        assert apart, (one, other)
    assert page.locator(".inset h2").inner_text() == "城区 6 街道"
    page.locator(".inset a").first.click()
    address_has(page, "unit=")
    until(page, "() => !document.querySelector('.inset svg')")


def test_a11_without_webgl_the_inset_is_the_same(opener, browser_without_webgl, see, district):
    page = see("/")
    until(page, "() => document.querySelectorAll('.inset text').length === 12")
    plain = opener(browser_without_webgl, f"{district}/")
    until(plain, "() => document.querySelectorAll('.inset text').length === 12")
    assert told_in_inset(plain) == told_in_inset(page)
