"""Every post's way through the door: what each sees after signing in, and what happens when the door closes."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.conftest import OFFICE, PHONE, enter
from tests.browser.test_accessible import faults
from tests.browser.the_map import drawn, in_menu, shapes, until

EVERYTHING = ("leader", "section", "steward", "admin")
SIGN_IN = "#field-login"


def leave(page: Page) -> None:
    """Sign out on the page of one's own account."""
    page.locator("form[action='/sign-out'] button").click()
    page.locator(SIGN_IN).wait_for()


@pytest.mark.parametrize("who", [*EVERYTHING, "station", "supervisor", "assistant"])
def test_everybody_signs_in_and_sees_what_he_answers_for(opener, browser, district, who):
    page = opener(browser, f"{district}/", who=None)
    page.locator(SIGN_IN).wait_for()
    assert page.url.endswith("/sign-in")
    enter(page, who)
    drawn(page)
    here = page.locator("#crumbs li").last.inner_text()
    towns, villages = shapes(page, "town"), shapes(page, "village")
    if who in EVERYTHING:
        assert here == "浑江区"
        assert (len(towns), len(villages)) == (12, 98)
    else:
        assert here == page.locator("#quiet .of").text_content()
        assert (len(towns), len(villages)) == ((1, 16) if who != "assistant" else (1, 1))
    assert (page.locator("#quiet a[href^='/admin']").count() == 1) is (who in {"section", "admin"})


def test_the_leaders_link_opens_the_same_view_of_the_own_town(see):
    leader = see("/?layer=chain&level=village&asof=2026-11-01")
    drawn(leader)
    address, all_names = leader.url, leader.locator("#ranking .rank .who").all_inner_texts()
    leader.close()
    station = see("/" + address.split("/", 3)[3], who="station")
    drawn(station)
    assert station.locator("#layers [aria-current=true]").inner_text() == "责任链"
    assert station.locator("#crumbs li").last.inner_text() == "七道江镇"
    names = station.locator("#ranking .rank .who").all_inner_texts()
    assert len(names) == 16
    assert set(names) < set(all_names)


@pytest.mark.parametrize(
    "address", ["/?unit=220602101000", "/unit/220602101000", "/unit/220602000000", "/?subject=S0001", "/admin/accounts"]
)
def test_a_link_to_another_place_says_so_and_leads_home(opener, browser, district, address):
    page = opener(browser, f"{district}/me", who="station")
    page.goto(district + address)
    until(page, "() => document.querySelector('.letter h1')")
    assert "六道江镇" not in page.locator(".letter").inner_text()
    page.locator(".letter a").click()
    until(page, "() => document.querySelector('#crumbs li:last-child')?.innerText === '七道江镇'")


def test_a_session_that_ends_leads_to_the_door_and_back_to_the_same_view(opener, browser, district):
    page = opener(browser, f"{district}/?layer=coverage", who="steward")
    drawn(page)
    other = page.context.new_page()
    other.goto(f"{district}/me")
    leave(other)
    page.locator("#layers a[href*='layer=chain']").click()
    page.locator(SIGN_IN).wait_for()
    enter(page, "steward")
    until(page, "() => document.querySelector('#layers a[aria-current=true]')?.innerText === '责任链'")
    assert "layer=chain" in page.url


def test_signing_out_closes_the_map(see, district):
    page = see("/", who="supervisor")
    drawn(page)
    in_menu(page, "a[href^='/me']")
    leave(page)
    page.goto(f"{district}/")
    page.locator(SIGN_IN).wait_for()


def test_a_wrong_password_keeps_the_name_and_says_one_sentence(opener, browser, district):
    page = opener(browser, f"{district}/sign-in?next=/me", who=None)
    page.fill("#field-login", "nobody-at-all")
    page.fill("#field-password", "wrong")
    with page.expect_navigation():
        page.locator("form.form button").click()
    assert page.locator(".alert").inner_text() == "账号或口令不对。"
    assert page.input_value("#field-login") == "nobody-at-all"
    assert page.input_value("#field-password") == ""


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize(
    "address", ["/me", "/admin/accounts", "/admin/posts", "/admin/rules", "/admin/audit", "/admin/access"]
)
@pytest.mark.parametrize("look", ["", "?lang=en&theme=dark"])
def test_pages_without_scripts_fit_and_have_no_serious_fault(see, address, look, size):
    page = see(address + look, size, who="admin")
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []


@pytest.mark.parametrize("look", ["", "?lang=en&theme=dark"])
def test_the_door_itself_fits_a_phone_and_has_no_serious_fault(opener, browser, district, look):
    page = opener(browser, f"{district}/sign-in{look}", PHONE, who=None)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert faults(page) == []


def test_no_graph_has_a_button_that_sends_it_away(see):
    page = see("/")
    drawn(page)
    titles = page.locator(".modebar-btn").evaluate_all("all => all.map(one => one.dataset.title || '')")
    assert not [title for title in titles if "hare" in title or "loud" in title]
