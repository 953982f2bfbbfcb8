"""Where an account is signed in, seen and ended on the own page; the sign-in page says why one ended, or to wait."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import Engine, text

from dashboard.auth import password
from geodata.accounts import account_admin
from geodata.database.scope import write_transaction
from tests.browser.conftest import OFFICE, PHONE, enter
from tests.browser.test_accessible import faults
from tests.browser.the_map import drawn
from tests.integration.at_the_door import SECRET, fail

SIGN_IN = "#field-login"
ENDED = {"": "您在另一处结束了这里的登录。", "?lang=en": "You have ended this session from another place."}
IDLE = {
    "": "较长时间没有操作，登录已自动结束，请重新登录。",
    "?lang=en&theme=dark": "Nothing was done here for a long time, so the session has ended: sign in again.",
}
_SOMEBODY = """
SELECT min(p.person_no) FROM grid.post AS p WHERE p.role = 'assistant' AND p.valid @> grid.today()
  AND NOT EXISTS (SELECT FROM grid.account AS a WHERE a.person_no = p.person_no)
"""


@pytest.fixture
def own_login(demo_district: Engine, worker_id: str) -> Iterator[str]:
    """An account of the test's own: ending all its sessions is nobody else's business. It knows no device."""
    login = f"own-{worker_id}"
    with write_transaction(demo_district) as db:
        db.execute(text("LOCK TABLE grid.account IN EXCLUSIVE MODE"))
        person = db.execute(text(_SOMEBODY)).scalar_one()
        account_admin.add_account(db, login, person, password.hash_password(SECRET))
    yield login
    with write_transaction(demo_district) as db:
        db.execute(text("DELETE FROM grid.account WHERE login = :login"), {"login": login})


def signed(page: Page, login: str) -> Page:
    """The page, once the form on it has let the account in."""
    page.locator(SIGN_IN).wait_for()
    enter(page, login, SECRET)
    return page


def listed(page: Page) -> list[str]:
    """The sessions of the own page, each in its words."""
    return page.locator("#sessions li").all_inner_texts()


@pytest.mark.parametrize("lang", ENDED)
def test_a_session_elsewhere_is_seen_ended_and_told_there(opener, browser: Browser, district, own_login, lang):
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    elsewhere = context.new_page()
    elsewhere.goto(district)
    drawn(signed(elsewhere, own_login))

    page = signed(opener(browser, f"{district}/me{lang}", who=None), own_login)
    here = "this one" if lang else "本机"
    assert [here in each for each in listed(page)] == [True, False]
    assert all("Chrome · Linux" in each and "127.0.0.*" in each for each in listed(page))
    page.locator("#sessions li button").click()
    page.locator(".alert.said").wait_for()
    assert len(listed(page)) == 1

    elsewhere.goto(f"{district}/work{lang}")
    elsewhere.locator(SIGN_IN).wait_for()
    assert elsewhere.locator(".alert.said").inner_text() == ENDED[lang]
    assert elsewhere.evaluate("document.documentElement.scrollWidth") <= PHONE[0]
    assert faults(elsewhere) == []
    signed(elsewhere, own_login)
    assert "/work" in elsewhere.url
    context.close()


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("lang", ENDED)
def test_all_others_end_at_once_and_then_there_is_nothing_to_end(opener, browser, district, own_login, lang, size):
    page = opener(browser, f"{district}/me{lang}", size, who=None)
    signed(page, own_login)
    page.context.clear_cookies()
    page.goto(f"{district}/me{lang}")
    signed(page, own_login)
    assert len(listed(page)) == 2
    assert faults(page) == []
    page.locator("form[action*='end-others'] button").click()
    page.locator(".alert.said").wait_for()
    assert len(listed(page)) == 1
    assert page.locator("#sessions button").count() == 0
    assert ("nowhere else" if lang else "没有其他设备") in page.locator("#sessions").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("look", ["", "?lang=en&theme=dark"])
def test_a_pause_is_told_in_words_on_phone_and_desk(opener, browser, district, demo_district, worker_id, look, size):
    page = opener(browser, f"{district}/sign-in{look}", size, who=None)
    login = f"guess-{worker_id}-{size[0]}-{len(look)}"
    fail(demo_district, login, 8)
    page.fill(SIGN_IN, login)
    page.fill("#field-password", "wrong")
    with page.expect_navigation():
        page.locator("form.form button").click()
    assert ("wait" if look else "请再等") in page.locator(".alert").inner_text()
    assert page.input_value(SIGN_IN) == login
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert faults(page) == []


@pytest.mark.parametrize("look", IDLE)
def test_an_idle_session_is_told_so_at_the_door_and_leads_back(
    opener, browser, district, demo_district, own_login, look
):
    page = signed(opener(browser, f"{district}/?layer=chain", who=None), own_login)
    drawn(page)
    idle = "UPDATE grid.session SET seen_at = seen_at - interval '61 minutes' WHERE login = :login"
    with write_transaction(demo_district) as db:
        db.execute(text(idle), {"login": own_login})
    page.goto(f"{district}/me{look}")
    page.locator(SIGN_IN).wait_for()
    assert page.locator(".alert.said").inner_text() == IDLE[look]
    assert faults(page) == []
    signed(page, own_login)
    assert "/me" in page.url


def test_a_map_whose_session_has_ended_leads_to_the_door_at_the_next_click(
    opener, browser, district, demo_district, own_login
):
    page = signed(opener(browser, f"{district}/?layer=coverage", who=None), own_login)
    drawn(page)
    with write_transaction(demo_district) as db:
        account_admin.set_password(db, own_login, password.hash_password(f"{SECRET} again"))
    page.locator("#layers a[href*='layer=chain']").click()
    page.locator(SIGN_IN).wait_for()
    assert page.locator(".alert.said").inner_text() == "口令已更改，原来的登录已失效，请用新口令登录。"
