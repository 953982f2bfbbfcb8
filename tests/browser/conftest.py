"""A real server over a real database, and a browser that may talk to nobody else; every test asks what went wrong."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Playwright, Request
from sqlalchemy import Engine

from tests.browser.sessions import Sessions
from tests.visitors import password_of

PROJECT = Path(__file__).parents[2]
FLAGS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
OFFICE, PROJECTOR, PHONE = (1366, 768), (1920, 1080), (390, 844)
READY_SECONDS = 60

pytestmark = pytest.mark.browser


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder opens pages."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@contextmanager
def server(engine: Engine) -> Iterator[str]:
    """The application under its production server on a free port; gives the address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{probe.getsockname()[1]}"
    chosen = {"PORT": address.rpartition(":")[2], "GRID_WEB_WORKERS": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "dashboard", "web"],
        cwd=PROJECT,
        env=os.environ | chosen | {"GRID_DATABASE_URL": engine.url.render_as_string(hide_password=False)},
    )
    try:
        _wait(f"http://{address}/healthz", process)
        yield f"http://{address}"
    finally:
        process.terminate()
        process.wait(20)


def _wait(address: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + READY_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urlopen(address, timeout=5):
                return
        except (URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    pytest.fail(f"the server did not answer at {address}")


@pytest.fixture(scope="session")
def district(demo_district: Engine) -> Iterator[str]:
    """Address of the application over the demonstration district."""
    with server(demo_district) as address:
        yield address


def _chromium(playwright: Playwright, *more: str) -> Browser:
    program = shutil.which("chromium")
    assert program, "Debian's chromium is missing: ./bootstrap.sh test"
    return playwright.chromium.launch(executable_path=program, args=[*FLAGS, *more])


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    found = _chromium(playwright)
    yield found
    found.close()


@pytest.fixture(scope="session")
def browser_without_webgl(playwright: Playwright) -> Iterator[Browser]:
    found = _chromium(playwright, "--disable-3d-apis")
    yield found
    found.close()


class Faults:
    """What a page must never do, collected while it is used."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        self._heard = {"request": self._request, "console": self._console, "pageerror": self._error}
        self.page = page
        for event, listener in self._heard.items():
            page.on(event, listener)

    def leave(self) -> None:
        """Look at the page no more: another test may be given it."""
        for event, listener in self._heard.items():
            self.page.remove_listener(event, listener)

    def _error(self, error: object) -> None:
        self.found.append(f"page error: {error}")

    def _request(self, request: Request) -> None:
        if (
            urlsplit(request.url).scheme in {"http", "https", "ws", "wss"}
            and urlsplit(request.url).hostname != "127.0.0.1"
        ):
            self.found.append(f"left the machine: {request.url}")

    def _console(self, message: ConsoleMessage) -> None:
        # the browser's own note of a refusal that the test asked for
        refused = re.match(r"Failed to load resource: .* 4(?:0[0134]|10|29)", message.text)
        if message.type == "error" and not refused:
            self.found.append(f"console: {message.text}")


def enter(page: Page, who: str, password: str | None = None) -> None:
    """Fill in the door's form and go where it leads; without a password: the demonstration's."""
    page.fill("#field-login", who)
    page.fill("#field-password", password or password_of(who))
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: "/sign-in" not in address)


Opener = Callable[..., Page]


@pytest.fixture(scope="session")
def sessions() -> Sessions:
    """The sessions a worker's pages share; the journeys of ``test_sign_in.py`` go through the form."""
    return Sessions()


class Tabs:
    """Pages that tests take in turn: a second one of a size finds the scripts read already, as a person's browser does.

    What a page leaves behind is taken away before the next one gets it; one that was closed, or has opened others, is
    given to nobody.
    """

    def __init__(self) -> None:
        self._free: dict[tuple[Browser, tuple[int, int]], list[Page]] = {}

    def take(self, browser: Browser, size: tuple[int, int]) -> Page:
        """A page of a size with nothing in it and nobody signed in."""
        free = self._free.setdefault((browser, size), [])
        if free:
            return free.pop()
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            is_mobile=size == PHONE,
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        page.set_default_timeout(30_000)
        return page

    def give_back(self, browser: Browser, size: tuple[int, int], page: Page) -> None:
        """Empty a page for the next test."""
        if page.is_closed() or len(page.context.pages) > 1:
            page.context.close()
            return
        page.emulate_media(media="null")
        page.goto("about:blank")
        page.context.clear_cookies()
        self._free[browser, size].append(page)


@pytest.fixture(scope="session")
def tabs() -> Tabs:
    """The pages a worker's tests share."""
    return Tabs()


@pytest.fixture
def opener(sessions: Sessions, tabs: Tabs) -> Iterator[Opener]:
    """Opens pages: ``opener(browser, address, size, who)``; afterwards none of them may have had a fault.

    ``who`` is the demonstration's account that is signed in; None: nobody.
    """
    opened: list[tuple[Browser, tuple[int, int], Faults]] = []

    def open_page(browser: Browser, address: str, size: tuple[int, int] = OFFICE, who: str | None = "leader") -> Page:
        page = tabs.take(browser, size)
        opened.append((browser, size, Faults(page)))
        if who is not None:
            sessions.take_up(page.context, f"{urlsplit(address).scheme}://{urlsplit(address).netloc}", who)
        page.goto(address)
        return page

    yield open_page
    for browser, size, faults in opened:
        faults.leave()
        tabs.give_back(browser, size, faults.page)
    assert [fault for *_, faults in opened for fault in faults.found] == []


@pytest.fixture
def see(opener: Opener, browser: Browser, district: str) -> Callable[..., Page]:
    """Opens an address of the district: ``see("/?layer=chain")``; ``who="station"`` for another account's view."""
    return lambda search="/", size=OFFICE, who="leader": opener(browser, district + search, size, who)
