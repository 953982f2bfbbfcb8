"""Sessions of the demonstration's accounts, for pages whose test is not about signing in."""

from __future__ import annotations

from http.cookiejar import CookieJar
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, OpenerDirector, build_opener

from playwright.sync_api import BrowserContext

from tests.visitors import password_of

SESSION, TOKEN = "grid_session", "_csrf_token"


class Sessions:
    """One session per server and account, begun through the form's own address and kept while it holds."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], tuple[OpenerDirector, CookieJar]] = {}

    def take_up(self, context: BrowserContext, origin: str, who: str) -> None:
        """Give a new browser context the session of an account; everything else the context keeps stays its own."""
        opener, jar = self._known.get((origin, who)) or _signed_in(origin, who)
        if "/sign-in" in opener.open(f"{origin}/me", timeout=30).geturl():  # some test has ended it
            opener, jar = _signed_in(origin, who)
        self._known[origin, who] = opener, jar
        value = _cookie(jar, SESSION)
        context.add_cookies([{"name": SESSION, "value": value, "url": origin, "httpOnly": True, "sameSite": "Lax"}])


def _signed_in(origin: str, who: str) -> tuple[OpenerDirector, CookieJar]:
    jar = CookieJar()
    opener = build_opener(HTTPCookieProcessor(jar))
    opener.open(f"{origin}/sign-in", timeout=30).close()
    said = {"login": who, "password": password_of(who), "csrf_token": _cookie(jar, TOKEN), "next": "/me"}
    answer = opener.open(f"{origin}/sign-in", urlencode(said).encode(), timeout=30)
    assert answer.geturl() == f"{origin}/me", answer.geturl()
    return opener, jar


def _cookie(jar: CookieJar, name: str) -> str:
    return next(str(cookie.value) for cookie in jar if cookie.name == name)
