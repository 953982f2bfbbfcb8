"""The database killed under the pages: each says so, asks again by itself, and goes on where it was once it is back."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page

from geodata import embedded
from geodata.database.engine import make_engine
from tests.browser.conftest import OFFICE, PHONE, enter, server
from tests.integration.server.jobs_at_work import PASSWORD, furnished_home

SAID = {
    "zh": ("暂时不可用", "数据库正在重新启动"),
    "en": ("Not available for a moment", "The database is starting again"),
}
NOT_OPEN = ("这里没有开放", "Not open", "没有这一页")


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    with furnished_home() as folder:
        yield folder


@pytest.fixture(scope="module")
def site(home: Path) -> Iterator[str]:
    engine = make_engine(embedded.start_cluster(home))
    with server(engine) as address:
        yield address
    engine.dispose()


@pytest.fixture
def page(browser, site, home) -> Iterator[Page]:
    embedded.start_cluster(home)
    context = browser.new_context(viewport={"width": OFFICE[0], "height": OFFICE[1]})
    opened = context.new_page()
    opened.goto(f"{site}/sign-in")
    enter(opened, "lin", PASSWORD.plain)
    yield opened
    context.close()


def kill_database(home: Path) -> None:
    pid = embedded.cluster_status(home).pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)


def asked(page: Page, address: str, accept: str) -> tuple[int, str, dict[str, str]]:
    cookies = "; ".join(f"{each['name']}={each['value']}" for each in page.context.cookies())
    try:
        with urlopen(Request(address, headers={"Cookie": cookies, "Accept": accept}), timeout=30) as answer:
            return answer.status, answer.read().decode(), dict(answer.headers)
    except HTTPError as refused:
        return refused.code, refused.read().decode(), dict(refused.headers)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_address_says_that_it_is_away_and_answers_when_it_is_back(page, site, home, lang):
    heading, sentence = SAID[lang]
    addresses = [
        f"{site}{path}lang={lang}" for path in ("/me?", "/unit/V1?", "/api/indicators?level=town&", "/sign-in?")
    ]
    kill_database(home)
    for address in addresses:
        status, said, headers = asked(page, address, "text/html")
        assert (status, headers["Retry-After"]) == (503, "3"), (address, said)
        assert heading in said
        assert sentence in said
        assert headers["Refresh"] == "3"
        assert not any(word in said for word in NOT_OPEN)
    status, said, _ = asked(page, addresses[2], "application/json")
    assert (status, sentence in json.loads(said)["error"]) == (503, True)
    embedded.start_cluster(home)
    assert [asked(page, address, "text/html")[0] for address in addresses] == [200] * 4


@pytest.mark.parametrize("size", [OFFICE, PHONE])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_an_open_page_says_so_and_goes_on_by_itself(page, site, home, lang, size):
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"{site}/?lang={lang}")
    link = page.locator("a[data-soft]:visible").first
    link.wait_for()
    kill_database(home)
    link.click()
    told = page.locator("#away")
    told.wait_for()
    assert SAID[lang][1] in told.inner_text()
    box = told.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= size[0]
    assert not any(word in page.locator("body").inner_text() for word in NOT_OPEN)
    embedded.start_cluster(home)
    told.wait_for(state="detached")
    link.wait_for()
