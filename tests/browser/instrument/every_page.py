"""Every page there is, with an example of each place in its address: found by following links, as a visitor would."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, urljoin

from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.request.pages import Page, find_page
from dashboard.screens import discover_pages
from dashboard.screens.admin.parts import discover as discover_parts
from tests.attached_files import photo
from tests.integration.pages.test_not_there import PAGE, shown
from tests.integration.pages.test_own_links import LINK
from tests.visitors import application, signed_in, token
from tests.worker import do_waiting_jobs, doing_jobs

WHO = ("section", "admin", "station")
"""Whose links are followed, in this order: a page is looked at as the first who comes to it."""
TOLD_APART = {"table", "item", "subject"}
"""What in the question of an address makes another page of a screen that steers itself."""
FAULTY = (
    "主体编号,主体名称,主体类型,行业,村编码,经度,纬度,入册日期,风险等级\n"
    "S0001,一个长得放不下的名字种植专业合作社联合社,种养大户,菜,220602101201,126.05,41.05,2026-01-01,低风险\n"
    "S9999,新农场,种养大户,菜,V9,126.06,41.06,2026-02-01,低风险\n"
)


@dataclass(frozen=True)
class Seen:
    """An address and the account that came to it; None: nobody need be signed in."""

    address: str
    who: str | None


def every_page(engine: Engine) -> dict[tuple[str, ...], Seen]:
    """The demonstration lived in for a day, and an address of each of its pages.

    Parameters
    ----------
    engine
        On a copy of the demonstration of the test's own: a job, a file looked at and attachments are added to it.

    Returns
    -------
    pages
        By what they are; every page, every part of the management, every document of a route without a place.
    """
    app = application(engine)
    found: dict[tuple[str, ...], Seen] = {("sign-in",): Seen("/sign-in", None), ("lost",): Seen("/nowhere", "section")}
    with doing_jobs(engine):
        led = _live(app, engine)
        for who in WHO:
            for shape, address in _follow(app, signed_in(app, who), [*led, *_starts(app)], set(found)):
                found.setdefault(shape, Seen(address, who))
    do_waiting_jobs(engine)  # a page of a job that is not over comes anew by itself
    assert {page.key for page in discover_pages()} - {shape[0] for shape in found} == set(), "no link leads there"
    assert {("admin", part) for part in discover_parts()} - set(found) == set(), "no link leads there"
    return found


def _live(app: GridDash, engine: Engine) -> list[str]:
    """What makes pages that are not there in the morning: a job, a file with faults, an attachment; where each led."""
    section, station = signed_in(app, "section"), signed_in(app, "station")
    item = next(row["item_no"] for row in station.get("/api/work?format=json").json["rows"] if row["state"] == "open")
    with engine.connect() as db:
        asked = text("SELECT visit_no FROM grid.visit ORDER BY visited_on DESC, visit_no LIMIT 1")
        visit = db.execute(asked).scalar_one()
    picture = (io.BytesIO(photo()), "一张名字长得放不下的照片.jpg")
    table = (io.BytesIO(FAULTY.encode()), "名字很长的一份主体名录.csv")
    return [
        _led(section, "/attachments/add", visit=visit, file=picture),
        _led(station, "/attachments/add", item=item, file=(io.BytesIO(photo(told=False)), "照片.jpg")),
        _led(section, "/work/look"),
        _led(section, "/data/upload", datum="cgcs2000", file=table),
    ]


def _led(client: FlaskClient, address: str, **fields: object) -> str:
    """Where a form leads to."""
    answer = client.post(address, data=fields | {"csrf_token": token(client)}, headers=PAGE)
    assert answer.status_code == 303, (address, answer.status_code, answer.text[:500])
    return answer.headers["Location"].partition("#")[0]


def _starts(app: GridDash) -> list[str]:
    """Every address without a place, and the patterns of pages without one."""
    rules = [rule.rule for rule in app.server.url_map.iter_rules() if "GET" in rule.methods and not rule.arguments]
    return sorted({*rules, *(page.path for page in discover_pages() if "<" not in page.path)})


def _shape(address: str, pages: list[Page]) -> tuple[str, ...]:
    path, _, question = address.partition("?")
    page, places = find_page(pages, path)
    said = dict(parse_qsl(question))
    if page is None:
        return (path.split("/")[1], *path.split("/")[2:3])
    return (
        page.key,
        *([places["part"]] if "part" in places else []),
        *sorted(TOLD_APART & said.keys() if page.steers else []),
    )


def _follow(
    app: GridDash, client: FlaskClient, waiting: list[str], known: set[Any]
) -> Iterator[tuple[tuple[str, ...], str]]:
    """The pages an account comes to from those that need no example."""
    pages, seen = discover_pages(), set(known)
    while waiting:
        address = waiting.pop(0)
        shape = _shape(address, pages)
        if shape in seen or len(shape) > 2 or address.startswith(("/api", "/assets", "/_", "/geo", "/sign-", "/map/")):
            continue
        seen.add(shape)
        answer = client.get(address, headers=PAGE)
        if "Location" in answer.headers:
            waiting.append(answer.headers["Location"])
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        yield shape, address
        page, _ = find_page(pages, address.partition("?")[0])
        body = answer.text
        if page is not None and not page.plain:
            body = json.dumps(shown(app, client, address).json, ensure_ascii=False)
        for plain, told in LINK.findall(body.replace('": "', '":"')):
            found = urljoin(address, unescape(plain or json.loads(f'"{told}"')).partition("#")[0])
            if found.startswith("/") and "asof=" not in found:
                waiting.append(found)
