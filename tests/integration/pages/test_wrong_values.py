"""A parameter that says what cannot be meant is a sentence: never a fault of ours, never quietly something else."""

from __future__ import annotations

import json
from datetime import timedelta
from urllib.parse import quote

import pytest
from sqlalchemy import Engine

from dashboard.api.asked_table import ADDRESSES
from dashboard.app.create_app import GridDash
from dashboard.request.asked_view import CHOICES, PLACES
from dashboard.request.view import READ
from geodata.calendar import today
from tests.integration.pages.edge_addresses import OWN, fill_world, rules_of
from tests.integration.pages.test_matrix import named
from tests.integration.pages.test_not_there import shown
from tests.visitors import application, signed_in

DAYS = ("2026-02-31", "2026-13-01", "2026-00-10", "2025-02-29", "2099-01-01", "9999-12-31", "0001-01-01", "tomorrow",
        "1", "2026-2-3", "２０２６-０２-３１", "2026-02-31T00:00", "-2026-01-01", "'", "<b>")  # fmt: skip
WORDS = ("nonsense", "OVERDUE", "0", "-1", "null", "x" * 300, "'", "<b>", "überfällig", "逾期", "{0}", "%s")
PAGE_NUMBERS = ("0", "-1", "1.5", "abc", "99999999999999999999", "1e9", "二", "１", "+1")
TEXTS = ("x" * 61, "a\x07b", "村" * 100)
OUTLINES = ("1,2", "1,2;3,4", "a,b;c,d;e,f", "1,2;3,4;5", "1,2;3,4;5,6;", ";".join(["1,2"] * 101), "1,2;3,4;5,6')--")
WRONG = {"asof": DAYS, "since": DAYS, "inside": OUTLINES, "page": PAGE_NUMBERS, "find": TEXTS, "product": TEXTS} | {
    name: tuple(word for word in WORDS if name not in ("points", "lines", "table", "side") or word not in ("0", "1"))
    for name in CHOICES
}
NO_NAMES = ("<b>", "a b", "x" * 300, "'", "%s", "T 1")
GIVEN = (
    *("/", "/unit/V1", "/subject/S1", "/work", "/work/item?item={item}", "/visit/p1", "/jobs", "/me", "/admin/posts"),
    *("/admin/rules", "/data", "/geo/village.geojson", "/map/style.json", "/api/openapi.json", "/sign-in"),
)


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    fill_world(module_db)
    return application(module_db)


def addresses() -> list[str]:
    return [each.format(item=quote(OWN["item"])) for each in GIVEN]


def joined(address: str, name: str, text: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{name}={quote(text)}"


def test_every_parameter_of_a_page_is_tried():
    assert set(READ) == set(WRONG) | PLACES | {"only"}


@pytest.mark.parametrize("name", sorted(WRONG))
def test_a_value_that_cannot_be_meant_is_a_sentence_on_every_page(app, name):
    client = signed_in(app, "qin")
    for address in addresses():
        assert client.get(address).status_code == 200, address
        for text in WRONG[name]:
            answer = client.get(joined(address, name, text), headers={"Accept": "text/html"})
            assert answer.status_code == 400, joined(address, name, text)
            assert named(answer.text) <= {"Qin"}, "no numbers and no names but the visitor's own in the header"
            assert "</header>" in answer.text


@pytest.mark.parametrize("name", sorted(PLACES))
def test_what_is_no_name_is_not_there(app, name):
    client = signed_in(app, "qin")
    for address in addresses():
        for text in NO_NAMES:
            if f"{name}=" not in address:
                assert client.get(joined(address, name, text)).status_code == 404, joined(address, name, text)


@pytest.mark.parametrize("text", [*WORDS, "c9", "solved?"])
def test_a_page_refuses_a_word_to_pick_out_that_it_does_not_have(app, text):
    client = signed_in(app, "qin")
    for address in ("/", "/unit/V1", "/unit/V1?indicator=chain_complete", "/subject/S1", "/work"):
        answer = client.get(joined(address, "only", text))
        assert answer.status_code in {400, 404}, address
        assert named(answer.text) == set()


def test_blank_is_as_if_it_were_not_said(app):
    """Forms send their empty fields too."""
    client = signed_in(app, "qin")
    for address in addresses():
        for name in (*READ, "unknown"):
            if f"{name}=" not in address:
                assert client.get(joined(address, name, "")).status_code == 200, (address, name)


@pytest.mark.parametrize("name", ["asof", "unit", "level", "state", "part", "indicator", "format", "lang", "other"])
def test_a_value_that_cannot_be_meant_is_a_sentence_in_every_interface(app, name):
    client = signed_in(app, "qin")
    for what, known in ADDRESSES.items():
        asked = f"/api/{what}?" + ("indicator=overdue&" if known.one_indicator and name != "indicator" else "")
        for text in DAYS if name == "asof" else NO_NAMES if name == "unit" else WORDS:
            answer = client.get(f"{asked}{name}={quote(text)}")
            expected = 404 if name == "unit" and name in known.parameters else 400
            assert answer.status_code == expected, (what, name, text)
            assert list(answer.json) == ["error"]


@pytest.mark.parametrize("width", ["abc", "-1", "1e9", "9" * 30, "１"])
def test_a_width_of_no_window_is_a_sentence(app, width):
    assert signed_in(app, "qin").get(f"/map/style.json?width={quote(width)}").status_code == 400


@pytest.mark.parametrize("day", DAYS)
def test_an_impossible_day_gives_a_sentence_and_no_numbers_wherever_it_is_asked(app, day):
    """The document, the screen behind it, the map that steers itself, every format of every export (case 12)."""
    client, said = signed_in(app, "qin"), quote(day)
    for address in (f"/?asof={said}", f"/?asof={said}&unit=T1", f"/unit/V1?asof={said}", f"/subject/S1?asof={said}"):
        screen = json.dumps(shown(app, client, address).json, ensure_ascii=False)
        assert "card letter" in screen, address
        assert named(screen) <= {"Qin"}
        assert client.get(address).status_code == 400
    for what, known in ADDRESSES.items():
        for kind in known.kinds:
            answer = client.get(f"/api/{what}?asof={said}&format={kind}&indicator=overdue".removesuffix(
                "" if "indicator" in known.parameters else "&indicator=overdue"))  # fmt: skip
            assert (answer.status_code, list(answer.json)) == (400, ["error"])


def test_the_sentence_says_which_day_and_why(app):
    client, tomorrow = signed_in(app, "qin"), (today() + timedelta(days=1)).isoformat()
    for day, words in (
        ("2026-02-31", "没有“2026-02-31”这一天"),
        (tomorrow, f"截至日 {tomorrow} 还没有到"),
        ("soon", "日期“soon”看不懂"),
    ):  # fmt: skip
        assert words in client.get(f"/?asof={day}", headers={"Accept": "text/html"}).text
        assert words in client.get(f"/api/subjects?asof={day}").json["error"]


@pytest.mark.parametrize("number", ["0", "9" * 9, "9" * 19, "9" * 40])
def test_a_number_past_every_number_is_not_there(app, number):
    client = signed_in(app, "qin")
    seen = 0
    for rule in rules_of(app, "GET"):
        if "<int:" in rule.rule:
            address = rule.rule.replace("<int:number>", number)
            assert "<" not in address
            assert client.get(address).status_code == 404, address
            seen += 1
    assert client.get(f"/jobs/{number}").status_code == 404
    assert seen >= 3
