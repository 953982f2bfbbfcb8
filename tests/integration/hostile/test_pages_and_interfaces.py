"""Every page, callback, interface and export shows hostile texts as they are, to every account."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from html import unescape
from html.parser import HTMLParser
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urljoin

import pytest
from openpyxl import load_workbook

from dashboard.app.create_app import GridDash
from dashboard.request.pages import find_page
from dashboard.screens import discover_pages
from geodata.tables.spreadsheet_cell import bare_cell, begins_formula
from tests.integration.hostile.words import PRODUCT, Place, changed, places
from tests.integration.hostile.world import ACCOUNTS
from tests.integration.pages.test_not_there import PAGE, shown
from tests.integration.pages.test_own_links import LINK
from tests.visitors import signed_in


class Texts(HTMLParser):
    """What a browser shows of a page, and what it keeps of it: texts, attributes, nothing of scripts."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self.tags: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.found += [value for _, value in attrs if value]

    def handle_data(self, data: str) -> None:
        self.found.append(data)


def strings(value: Any) -> Iterator[str]:
    """Every text of a JSON value."""
    if isinstance(value, str) and value.startswith('{"'):
        yield from strings(json.loads(value))
    elif isinstance(value, str):
        # Plotly reads what it shows as HTML: there texts are escaped, and a long one has several lines
        told = value.replace("<br>", "")
        yield unescape(told) if "&lt;b onclick" in told else value
    elif isinstance(value, dict):
        for key, each in value.items():
            yield key
            yield from strings(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings(each)


def read_csv(body: bytes) -> list[str]:
    cells = [cell for row in csv.reader(io.StringIO(body.decode("utf-8-sig"), newline="")) for cell in row]
    bare = [cell for cell in cells if begins_formula(cell)]
    assert not [cell for cell in bare if not cell.lstrip("+-").replace(".", "").isdigit()], bare
    return [bare_cell(cell) for cell in cells]


def read_xlsx(body: bytes) -> list[str]:
    cells = [cell for sheet in load_workbook(io.BytesIO(body)) for row in sheet.iter_rows() for cell in row]
    assert {cell.data_type for cell in cells} <= {"s", "n", "d", "b"}
    assert all(cell.quotePrefix for cell in cells if isinstance(cell.value, str) and begins_formula(cell.value))
    return [cell.value.replace("_x005F_", "_") for cell in cells if isinstance(cell.value, str)]


TOLD_NOWHERE = {
    *(("banned_substance", "source"), ("role_level", "source"), ("chain_record", "village_code")),
    *(("calendar_days", "name"), ("calendar_days", "source"), ("checklists", "title_en"), ("checklists", "wording_en")),
    *(("enforcement_cards", "body"), ("lineage", "document_no"), ("trainings", "topic")),
}
"""What no page tells in Chinese; the files of ``test_files_and_commands.py`` hold most of it."""
NAME = "name of a file"
START = ("/", "/?layer=chain", "/?table=1", "/work", "/work?state=accepted", "/me", "/jobs", "/data",
         "/help", "/feedback", "/notices", "/saved",
         "/admin/accounts", "/admin/posts", "/admin/rules", "/admin/audit", "/admin/access", "/mobiles")  # fmt: skip


def shape_of(address: str, pages: Any) -> tuple[str, ...]:
    """Addresses of one shape differ in what they name alone, and one of them is asked."""
    path, _, search = address.partition("?")
    page, places = find_page(pages, path)
    said = dict(parse_qsl(search))
    if page and "part" not in places:
        return (
            page.key,
            *({"table", "item"} & said.keys()),
            said.get("state", ""),
            said.get("layer", "") if page.key == "map" else "",
        )
    return re.sub(r"[0-9a-f]{2,}|[0-9]+", "0", path), said.get("format", ""), said.get("indicator", "")


def crawl(app: GridDash, who: str, most: int) -> Iterator[tuple[str, str, bytes]]:
    """What the pages an account comes to answer, with their callbacks and files: address, kind, body."""
    client, pages, seen = signed_in(app, who), discover_pages(), set[Any]()
    accepted = client.get("/api/work?state=accepted").json.get("rows", [])
    waiting = [*(f"/work/item?item={quote(row['item_no'])}" for row in accepted), *START]
    while waiting and len(seen) < most:
        address = waiting.pop(0)
        shape = shape_of(address, pages)
        if shape in seen or address.startswith(("/assets", "/_", "/sign-")):
            continue
        seen.add(shape)
        answer = client.get(address, headers=PAGE)
        yield address, answer.mimetype, answer.data
        if name := answer.headers.get("Content-Disposition"):
            yield address, NAME, unquote(name.partition("UTF-8''")[2]).encode()
        if answer.mimetype != "text/html" or answer.status_code != 200:
            continue
        page, _ = find_page(pages, address.partition("?")[0])
        body = answer.text
        if page is not None and not page.plain:
            screen = shown(app, client, address)
            yield address, screen.mimetype, screen.data
            body = json.dumps(screen.json, ensure_ascii=False)
        for plain, told in LINK.findall(body.replace('": "', '":"')):
            found = urljoin(address, unescape(plain or json.loads(f'"{told}"')).partition("#")[0])
            if found.startswith("/") and "asof=" not in found:
                waiting.append(found)


def read(kind: str, body: bytes) -> list[str]:
    """The texts of an answer, as their reader has them."""
    if kind == "text/html":
        page = Texts(body.decode())
        assert not page.tags & {"script1", "x"}, page.tags
        return page.found
    if "json" in kind:
        return list(strings(json.loads(body)))
    if kind == "text/csv":
        return read_csv(body)
    return read_xlsx(body) if "spreadsheet" in kind else [body.decode("utf-8", "replace")]


def look_at_all(app: GridDash, who: str, texts: dict[Place, str], most: int) -> set[tuple[str, str]]:
    """The columns whose texts an account meets, each as it was written."""
    met = set()
    for address, kind, body in crawl(app, who, most):
        found = "\x00".join(read(kind, body))
        assert PRODUCT not in found, address
        if kind == NAME:
            assert not set('\\/:*?"<>|\n') & set(found), found
            assert len(found.encode()) < 255, found
            continue
        assert [each for said in read(kind, body) for each in changed(said, texts)] == [], (address, kind)
        met |= {place[:2] for place in places(found)}
    return met


def test_whoever_sees_most_meets_every_text_as_it_was_written(app: GridDash, texts: dict[Place, str]) -> None:
    met = set.union(*(look_at_all(app, who, texts, 60) for who in ("qin", "ad")))
    missing = {place[:2] for place in texts} - met
    assert missing == TOLD_NOWHERE


@pytest.mark.parametrize("who", sorted(ACCOUNTS.keys() - {"qin", "ad"}))
def test_every_page_shows_texts_as_they_were_written(app: GridDash, texts: dict[Place, str], who: str) -> None:
    # a laboratory sees no unit
    assert (("units", "name") in look_at_all(app, who, texts, 14)) == (who != "le")
