"""A14: on every page, at every size, in both languages and themes: nothing cut, covered, too small, or out of reach."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import OFFICE, PHONE, PROJECTOR, Faults, server
from tests.browser.instrument.every_page import Seen, every_page
from tests.browser.instrument.rectangles import narrow_targets, small_texts, text_faults
from tests.browser.sessions import Sessions
from tests.browser.test_accessible import faults as axe_faults
from tests.browser.the_map import until

ENLARGED = (341, 192)
"""What is left of an office screen at 400 %."""
SIZES = {"office": OFFICE, "projector": PROJECTOR, "phone": PHONE, "enlarged": ENLARGED}
LOOKS = {"zh": "lang=zh&theme=light", "en": "lang=en&theme=dark"}
FINGER, BACK_ROW = 44, 20
THERE = """() => document.querySelector('.top, .letter') && !document.querySelector('[data-dash-is-loading=true]')
  && (!document.querySelector('.one-map')
    || document.querySelector('#tiles .tile') && document.querySelector('#chain').innerText)
  && (!document.querySelector('.ag-theme-host') || document.querySelector('.ag-row'))"""

Found = dict[str, list[str]]


@pytest.fixture(scope="module")
def lived_in(new_database, demo_template) -> Iterator[tuple[str, dict[tuple[str, ...], Seen]]]:
    """A server over a demonstration in which every page has something on it, and the pages."""
    for engine in new_database(demo_template):
        pages = every_page(engine)
        with server(engine) as address:
            yield address, pages


@pytest.fixture(scope="module", params=LOOKS)
def found(request: pytest.FixtureRequest, browser: Browser, sessions: Sessions, lived_in) -> Found:
    """What is wrong anywhere, by kind; every page is opened once a look and stays open while its window changes."""
    address, pages = lived_in
    context = browser.new_context(
        viewport={"width": OFFICE[0], "height": OFFICE[1]}, locale="zh-CN", timezone_id="Asia/Shanghai"
    )
    wrong: Found = defaultdict(list)
    for shape, seen in sorted(pages.items(), key=lambda each: str(each[1].who)):
        context.clear_cookies()
        if seen.who:
            sessions.take_up(context, address, seen.who)
        page = context.new_page()
        heard = Faults(page)
        page.goto(f"{address}{seen.address}{'&' if '?' in seen.address else '?'}{LOOKS[request.param]}")
        until(page, THERE)
        for size in SIZES:
            for kind, words in look(page, size, back_row=request.param == "en").items():
                wrong[kind] += [f"{' '.join(shape)} · {size} · {each}" for each in words]
        wrong["noise"] += [f"{' '.join(shape)} · {each}" for each in heard.found]
        page.close()
    context.close()
    return wrong


def texts_at_rest(page: Page) -> list[str]:
    """What is wrong once nothing moves: grids fit their columns to the window, then rows to their texts."""
    wrong = []
    for pause in (200, 400, 800, 1600):
        page.wait_for_timeout(pause)
        wrong = text_faults(page)
        if not wrong:
            break
    return wrong


def look(page: Page, size: str, *, back_row: bool) -> Found:
    """What is wrong with the page in a window of that size, by kind."""
    width, height = SIZES[size]
    page.set_viewport_size({"width": width, "height": height})
    wrong = {"texts": texts_at_rest(page)}
    if size in {"office", "phone"}:
        wrong["axe"] = axe_faults(page)
    if size == "office":
        headings = page.locator("h1").all_inner_texts()
        wrong["headings"] = [] if len(headings) == 1 and headings[0].strip() else [str(headings)]
    if size == "phone":
        wrong["targets"] = narrow_targets(page, FINGER)
    if size == "projector" and back_row:
        wrong["small"] = small_texts(page, BACK_ROW)
    return wrong


def test_a14_no_text_is_cut_covered_or_upon_another(found):
    assert found["texts"] == []


def test_a14_axe_finds_nothing_serious(found):
    assert found["axe"] == []


def test_a14_every_page_has_one_heading(found):
    assert found["headings"] == []


def test_a14_a_finger_hits_every_control_of_a_phone(found):
    assert found["targets"] == []


def test_a14_the_back_row_reads_every_text_of_the_dark_projector(found):
    assert found["small"] == []


def test_a14_pages_are_quiet(found):
    assert found["noise"] == []
