"""The navigation is what the pages say, for whoever is asking; a screen that is added has its link."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.components.html_markup import html_markup
from dashboard.components.top_bar import navigation_links
from dashboard.request.navigation import HANDFUL, NavGroup, NavLink, group_links
from dashboard.request.view import View
from geodata.database.scope import write_transaction
from geodata.locale import Lang
from geodata.permissions import Permission
from tests.builders import small_world
from tests.scratch_copy import copy_product, run_in_copy
from tests.visitors import add_accounts, signed_in

SHOWN = {
    "qin": [("/admin", "管理"), ("/data", "数据"), ("/work", "核查"), ("/jobs", "任务")],
    "ad": [("/admin", "管理"), ("/work", "核查"), ("/jobs", "任务")],
    "da": [("/data", "数据"), ("/work", "核查"), ("/jobs", "任务")],
    "hu1": [("/work", "核查"), ("/jobs", "任务")],
}


def links_of(text: str) -> list[tuple[str, str]]:
    bar = text.partition('<div class="quiet">')[2].partition("</header>")[0]
    return [pair for pair in re.findall(r'<a class="who" href="([^"?]+)[^"]*">([^<]+)</a>', bar) if pair[0] != "/me"]


@pytest.mark.parametrize("login", SHOWN)
def test_each_visitor_has_the_links_of_his_posts(small_app, login):
    assert links_of(signed_in(small_app, login).get("/me").text) == SHOWN[login]


def test_a_link_keeps_the_language(small_app):
    text = signed_in(small_app, "qin").get("/me?lang=en").text
    assert [words for _, words in links_of(text)] == ["Manage", "Data", "Grid", "Jobs"]
    assert 'href="/work?lang=en"' in text


def many_links(count: int) -> list[NavLink]:
    groups = [NavGroup.MANAGEMENT, NavGroup.MAP, NavGroup.DATA]
    return [NavLink(f"/{n}", "data.title", groups[n % 3], n, Permission.SEE_AREA) for n in range(count)]


def test_more_than_a_handful_of_links_is_folded_up_by_group():
    assert group_links(many_links(HANDFUL)) == [(None, many_links(HANDFUL))]
    found = group_links(many_links(HANDFUL + 1))
    assert [(group, [link.path for link in links]) for group, links in found] == [
        (NavGroup.MAP, ["/1", "/4"]),
        (NavGroup.DATA, ["/2", "/5"]),
        (NavGroup.MANAGEMENT, ["/0", "/3"]),
    ]
    text = html_markup(navigation_links(View(lang=Lang.EN), many_links(HANDFUL + 1)))
    assert re.findall("<summary>(.*?)</summary>", text) == ["The map", "Data", "Management"]
    assert 'href="/4?lang=en"' in text


PAGE = '''
"""A screen that was not there before."""
from dash import html

from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.navigation import Nav, NavGroup
from dashboard.request.pages import Page
from geodata.permissions import Permission
from geodata.locale import translate

def layout(ctx, view):
    return plain_frame(view, "/orders", [Crumb(translate("orders.title", view.lang))], html.Main("·"), ctx)

PAGE = Page(key="orders", path="/orders", title="orders.title", permission=Permission.LOAD_FACTS, layout=layout,
            plain=True, nav=Nav(NavGroup.CLOSURE, order=25))
'''
PROGRAM = """
import json
from geodata.database.engine import make_engine
from geodata.settings import settings
from tests.visitors import application, signed_in
app = application(make_engine(settings().database_url))
pages = {login: signed_in(app, login).get(path).text for login, path in (("qin", "/me"), ("hu1", "/me"))}
pages["own"] = signed_in(app, "qin").get("/orders?lang=en").text
pages["shut"] = str(signed_in(app, "hu1").get("/orders").status_code)
print(json.dumps(pages))
"""


def test_a_screen_that_is_added_has_its_link_and_its_words(empty_db: Engine, tmp_path: Path):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    screen = "dashboard/screens/orders"
    added = {
        f"{screen}/__init__.py": '"""Orders."""\n',
        f"{screen}/page.py": PAGE,
        f"{screen}/locale/zh.toml": '[orders]\ntitle = "整改单"\n',
        f"{screen}/locale/en.toml": '[orders]\ntitle = "Orders"\n',
    }
    found = run_in_copy(copy_product(tmp_path, added), PROGRAM, empty_db)
    assert links_of(found["qin"]) == [
        ("/admin", "管理"),
        ("/data", "数据"),
        ("/orders", "整改单"),
        ("/work", "核查"),
        ("/jobs", "任务"),
    ]
    assert links_of(found["hu1"]) == [("/work", "核查"), ("/jobs", "任务")]
    assert ("/orders", "Orders") in links_of(found["own"])
    assert found["shut"] == "403"
