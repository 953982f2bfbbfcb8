"""No link of ours leads to a refusal: every address that a page shows is one that its page would take."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import urljoin

import pytest
from sqlalchemy import Engine

from dashboard.app.create_app import GridDash
from dashboard.request.pages import find_page
from dashboard.screens import discover_pages
from tests.integration.pages.edge_addresses import fill_world
from tests.integration.pages.test_not_there import PAGE, shown
from tests.visitors import application, signed_in

MOST = 250
START = (
    *("/", "/?only=c1", "/?layer=chain&only=c1&level=village", "/unit/V1?only=overdue"),
    *("/subject/S1?only=visit", "/work"),
)
DAY, PLACE = re.compile(r"\d{4}-\d{2}-\d{2}"), re.compile(r"(?<=[/=])([A-Z])\d+\b")
LINK = re.compile(r'href="([^"]*)"|"href":"((?:[^"\\]|\\.)*)"')


def shape_of(address: str) -> str:
    """What addresses have in common that differ in the day or in which place of a kind they name: one is asked."""
    return PLACE.sub(r"\1", DAY.sub("day", address))


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    fill_world(module_db)
    return application(module_db)


@pytest.mark.parametrize("who", ["qin", "su1"])
def test_every_link_of_a_page_is_taken(app, who):
    client, pages, waiting, seen = signed_in(app, who), discover_pages(), list(START), set[str]()
    while waiting and len(seen) < MOST:
        address = waiting.pop(0)
        if shape_of(address) in seen or address.startswith(("/assets", "/_", "/attachments")):
            continue
        seen.add(shape_of(address))
        answer = client.get(address, headers=PAGE)
        assert answer.status_code in {200, 303}, address
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        page, _ = find_page(pages, address.partition("?")[0])
        dash = page is not None and not page.plain
        text = json.dumps(shown(app, client, address).json, ensure_ascii=False) if dash else answer.text
        text = text.replace('": "', '":"')
        for plain, told in LINK.findall(text):
            found = urljoin(address, unescape(plain or json.loads(f'"{told}"')).partition("#")[0])
            long_ago = "asof=2020" in found  # the world's posts began before its subjects were on the roster
            if found.startswith("/") and shape_of(found) not in seen and not long_ago:
                waiting.append(found)
    assert len(seen) > 60
