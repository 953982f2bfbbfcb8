"""Help, hints, words, feedback and notices, as each post comes to them: by mouse, keyboard and finger."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OFFICE, PHONE
from tests.browser.test_accessible import faults
from tests.browser.the_map import drawn

ROLES = ("leader", "section", "station", "supervisor", "assistant", "steward", "admin")
OWN_TASK = {
    "leader": "看谁逾期", "section": "登记规则", "station": "办理核查项", "supervisor": "看谁逾期",
    "assistant": "看本单元的一页", "steward": "载入文件", "admin": "查审计",
}  # fmt: skip
"""A line that is there for the post; ``NOT_THERE`` one that is not."""
NOT_THERE = {
    "leader": "载入文件", "section": "查审计", "station": "登记规则", "supervisor": "办理核查项",
    "assistant": "答复意见",
    "steward": "管理账号", "admin": "载入文件",
}  # fmt: skip


def fits(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


@pytest.mark.parametrize("who", ROLES)
def test_every_post_opens_help_by_mouse_and_finds_what_it_can_do(see, who):
    page = see("/me", who=who)
    page.locator(".menu > summary").click()
    page.get_by_role("link", name="帮助", exact=True).click()
    expect(page.get_by_role("heading", name="你今天可以做什么")).to_be_visible()
    expect(page.locator(".tasks")).to_contain_text(OWN_TASK[who])
    expect(page.locator(".tasks")).not_to_contain_text(NOT_THERE[who])
    for link in page.locator(".tasks a").evaluate_all("all => all.map((each) => each.getAttribute('href'))"):
        assert page.request.get(link if link.startswith("http") else page.url.partition("/help")[0] + link).ok, link
    assert fits(page)


@pytest.mark.parametrize("who", ROLES)
def test_every_post_opens_help_by_the_keyboard_alone(see, who):
    page = see("/me?lang=en", who=who)
    page.locator(".menu > summary").focus()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.getAttribute('href') || ''").startswith("/help"):
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="What you can do today")).to_be_visible()


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("path", ["/help", "/feedback", "/notices"])
def test_nothing_is_cut_or_too_wide_or_hard_to_read(see, path, size, lang):
    page = see(f"{path}?lang={lang}", size=size, who="steward")
    page.locator("main").wait_for()
    assert fits(page)
    assert faults(page) == []


def test_the_numbers_beside_the_tasks_are_those_of_the_map(see):
    page = see("/help", who="station")
    told = page.locator(".tasks li", has_text="看谁逾期").locator(".count").inner_text()
    page.get_by_role("link", name="看谁逾期").click()
    drawn(page)
    assert page.locator("#tiles a[aria-current=true] .figure").inner_text() == told


def test_a_hint_is_closed_for_good_on_whatever_machine_and_covers_nothing(see, opener, browser, district):
    page = see("/", who="supervisor")
    drawn(page)
    bar, map_pane = page.locator(".hint").bounding_box(), page.locator("section.map").bounding_box()
    assert bar is not None
    assert map_pane is not None
    assert bar["y"] + bar["height"] <= map_pane["y"]
    first = page.locator(".hint p").inner_text()
    assert "1/3" in first
    page.locator(".hint button").click()
    drawn(page)
    expect(page.locator(".hint p")).to_contain_text("2/3")
    other = opener(browser, district + "/?lang=en", PHONE, "supervisor")
    drawn(other)
    expect(other.locator(".hint p")).to_contain_text("2/3")
    for left in ("3/3", None):
        other.locator(".hint button").click()
        drawn(other)
        if left:
            expect(other.locator(".hint p")).to_contain_text(left)
    expect(other.locator(".hint")).to_have_count(0)
    page.goto(f"{district}/")
    drawn(page)
    expect(page.locator(".hint")).to_have_count(0)


def test_closing_a_hint_leads_back_to_the_very_view(see):
    page = see("/?layer=chain&level=village", who="assistant")
    drawn(page)
    page.locator(".hint button").click()
    page.wait_for_url("**/?layer=chain*")


@pytest.mark.parametrize("size", [OFFICE, PHONE])
def test_a_word_opens_where_it_stands_by_keyboard_and_finger_and_moves_nothing(see, size):
    page = see("/", who="leader", size=size)
    drawn(page)
    word = page.locator("#fresh .term").first
    word.scroll_into_view_if_needed()
    before = word.bounding_box()
    if size == OFFICE:
        word.locator("summary").focus()
        page.keyboard.press("Enter")
    else:
        word.locator("summary").click()
    told = word.locator(".told-term")
    expect(told).to_be_visible()
    expect(told).to_contain_text("数据截至：")
    assert word.bounding_box() == before
    box = told.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert box["y"] + box["height"] <= size[1]
    assert fits(page)
    page.keyboard.press("Escape")
    expect(told).to_be_hidden()


def test_feedback_from_a_phone_is_answered_by_the_steward_and_the_asker_sees_it(see):
    phone = see("/work?only=accepted", size=PHONE, who="station")
    phone.locator(".menu > summary").click()
    phone.get_by_role("link", name="意见反馈").click()
    expect(phone.locator(".feedback .address")).to_contain_text("/work?only=accepted")
    phone.fill("#field-message", "核查项太多\n<b>看不完</b>")
    phone.get_by_role("button", name="提交").click()
    expect(phone.locator("[role=status]")).to_contain_text("已收到")
    asked = phone.locator(".messages > li", has_text="核查项太多").first
    expect(asked).to_contain_text("<b>看不完</b>")
    expect(asked).to_contain_text("待答复")
    assert fits(phone)

    desk = see("/help", who="steward")
    expect(desk.locator(".tasks li", has_text="答复意见")).to_contain_text("待答复")
    desk.locator(".news").click()
    desk.get_by_role("link", name="核查项太多").first.click()
    message = desk.locator(".messages > li", has_text="核查项太多").first
    message.locator("textarea").fill("按村筛选即可")
    message.get_by_role("button", name="答复").click()
    expect(desk.locator("[role=status]")).to_contain_text("已答复")

    phone.goto(phone.url.partition("/feedback")[0] + "/work")
    expect(phone.locator(".news b")).to_have_text("1")
    phone.locator(".news").click()
    line = phone.locator(".notices li", has_text="核查项太多").first
    expect(line).to_contain_text("新")
    assert fits(phone)
    assert faults(phone) == []
    line.locator("a").click()
    expect(phone.locator(".messages blockquote").first).to_contain_text("按村筛选即可")
    phone.go_back()
    phone.get_by_role("button", name="全部标为已读").click()
    expect(phone.locator(".news")).to_have_count(0)


def test_the_page_of_an_error_leads_to_feedback_about_it(see):
    page = see("/unit/nowhere", who="station")
    page.locator(".menu > summary").click()
    page.get_by_role("link", name="意见反馈").click()
    expect(page.locator(".feedback .address")).to_contain_text("/unit/nowhere")
