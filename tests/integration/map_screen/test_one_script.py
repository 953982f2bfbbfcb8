"""A page needs one script and one style, and brings along what would be asked first; Plotly comes as its maps alone."""

from __future__ import annotations

import hashlib
import json
import re
from html.parser import HTMLParser
from pathlib import Path

import brotli
import plotly
import pytest
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.app.first_answers import DEPENDENCIES, LAYOUT, read_machine
from dashboard.app.one_script import MAP_ADDRESS, MAP_FOLDER, MAP_SCRIPT
from geodata.database.scope import write_transaction
from tests.architecture.source import PROJECT
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

ASSETS = PROJECT / "dashboard/app/assets"


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return application(module_db)


class Document(HTMLParser):
    """Scripts, styles and data of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.data: dict[str, str] = {}
        self._inside: str | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        if tag == "script" and said.get("src"):
            self.scripts.append(str(said["src"]))
        if tag == "link" and said.get("rel") == "stylesheet":
            self.styles.append(str(said["href"]))
        self._inside = said.get("data-first") if tag == "script" else None

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.data[self._inside] = self.data.get(self._inside, "") + data


def page(app: GridDash, address: str, machine: str = "", login: str = "qin") -> Document:
    client = signed_in(app, login)
    if machine:
        client.set_cookie("grid_machine", machine)
    return Document(client.get(address).text)


def test_a_page_has_one_script_and_one_style_that_last(app):
    shown = page(app, "/")
    client = app.server.test_client()
    for addresses, ending in ((shown.scripts, ".js"), (shown.styles, ".css")):
        (address,) = addresses
        answer = client.get(address)
        assert "immutable" in answer.headers["Cache-Control"]
        for file in sorted(ASSETS.glob(f"*{ending}")):
            assert file.read_text("utf-8").strip() in answer.text
    assert page(app, "/unit/T1").scripts == shown.scripts


def test_the_name_of_the_script_changes_with_what_it_is(app):
    (address,) = page(app, "/").scripts
    body = app.server.test_client().get(address).data
    assert address.endswith(f"?v={hashlib.sha256(body).hexdigest()[:16]}")


def test_what_is_needed_later_is_there(app):
    html = signed_in(app, "qin").get("/").text
    (later,) = re.findall(r'data-later="([^"]+)"', html)
    assert "AgGrid" in app.server.test_client().get(later).text


@pytest.mark.parametrize("encoding", ["br", "gzip", "identity"])
def test_plotly_is_that_of_the_wheel_with_its_maps_alone(app, encoding):
    answer = app.server.test_client().get(MAP_ADDRESS, headers={"Accept-Encoding": encoding})
    assert answer.headers.get("Content-Encoding", "identity") == encoding
    body = brotli.decompress((MAP_FOLDER / f"{MAP_SCRIPT}.br").read_bytes())
    assert encoding != "identity" or answer.data == body
    assert encoding != "br" or brotli.decompress(answer.data) == body
    assert hashlib.sha256(body).hexdigest() in (PROJECT / "NOTICE").read_text("utf-8")
    whole = (Path(plotly.__file__).parent / "package_data/plotly.min.js").read_text("utf-8")[:200]
    version = re.search(r"plotly\.js v([\d.]+)", whole)
    assert version is not None
    assert f"plotly.js (map - minified) v{version[1]}" in body[:200].decode()


def test_the_screen_comes_with_the_page_of_a_browser_that_is_known(app):
    shown = page(app, "/?layer=coverage", "1-1366-768")
    layout = json.loads(shown.data[LAYOUT])
    parts = {part["props"].get("id"): part["props"] for part in layout["props"]["children"]}
    assert parts["asked"]["data"] == {
        "path": "/", "search": "?layer=coverage", "machine": {"webgl": True, "width": 1366, "height": 768}
    }  # fmt: skip
    assert '"ranking"' in shown.data[LAYOUT]
    asked = signed_in(app, "qin").get(DEPENDENCIES)
    assert json.loads(shown.data[DEPENDENCIES]) == asked.json


@pytest.mark.parametrize("said", ["", "1-1366", "1-1366-768-2", "a-b-c", "1--1-2", "1-1366-7680000", "١-1-1"])
def test_a_browser_that_has_told_nothing_of_itself_asks_for_the_map(app, said):
    assert read_machine(said) is None
    assert page(app, "/", said).data == {}


def test_nobody_is_brought_a_screen(app):
    with app.server.test_request_context("/unit/T1"):
        assert "data-first" not in app.index()


@pytest.mark.parametrize("name", ["</script><script>alert(1)</script>", "<!--<script>", "\u2028\u2029", "$&{{7*7}}"])
def test_a_name_in_the_data_of_a_page_stays_a_name(app, module_db, name):
    with module_db.begin() as db:
        db.execute(text("UPDATE grid.subject SET name = :name WHERE subject_id = 'S1'"), {"name": name})
    app.ctx._seen = (0.0, "")
    shown = page(app, "/subject/S1")
    assert len(shown.scripts) == 1
    assert name in json.dumps(json.loads(shown.data[LAYOUT]), ensure_ascii=False).replace('\\"', '"')
