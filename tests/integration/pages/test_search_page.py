"""``/search`` and the list of the box: the same hits, every way of a hit open, nothing of another area."""

from __future__ import annotations

import json
import re
from html import unescape
from urllib.parse import quote

import pytest

from tests.visitors import signed_in

LOGINS = ("lin", "qin", "hu1", "su1", "as1", "hu2", "as3", "da")
TYPED = ("东镇", "村", "一村", "甲区", "主体S", "ztS3", "Su", "As3", "T", "V3", "东阵", "没有这个")


def hits(client, typed: str, more: str = "") -> dict[str, object]:
    answer = client.get(f"/search.json?find={quote(typed)}{more}")
    assert answer.status_code == 200
    return json.loads(answer.data)


def ways(found: dict[str, object]) -> set[str]:
    """Every address a list of hits holds."""
    return {way for _, inside in found["groups"] for hit in inside for way in hit["links"].values() if way}


@pytest.mark.parametrize("login", LOGINS)
def test_every_way_of_every_hit_is_open(small_app, login):
    client = signed_in(small_app, login)
    found = {way for typed in TYPED for way in ways(hits(client, typed))}
    assert found
    assert {way: client.get(way).status_code for way in found if client.get(way).status_code != 200} == {}


def test_what_is_of_another_area_is_not_found(small_app):
    client = signed_in(small_app, "hu1")
    assert [hits(client, typed)["groups"] for typed in ("西街", "三社", "Hu2", "V3")] == [[], [], [], []]
    assert "东镇" in hits(client, "西街")["none"]
    assert not {way for way in ways(hits(client, "主体S4")) if "S4" in way}


def test_the_page_shows_what_the_box_does_and_needs_no_script(small_app):
    client = signed_in(small_app, "lin")
    for typed in TYPED:
        page = client.get(f"/search?find={quote(typed)}").text
        assert "<script" not in page
        found = hits(client, typed)
        shown = set(map(unescape, re.findall(r'href="(/(?:unit|subject)/[^"]+|/\?(?:unit|level)[^"]+)"', page)))
        assert {way for way in ways(found) if way != "/"} <= shown
        for text in (found["none"], found["more"]):
            assert text in unescape(page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_day_language_and_theme_go_along(small_app, lang):
    found = hits(signed_in(small_app, "lin"), "东镇", f"&asof=2026-03-01&lang={lang}&theme=dark")
    assert all("asof=2026-03-01" in way and "theme=dark" in way for way in ways(found))
    assert {"lang=en" in way for way in ways(found)} == {lang == "en"}


def test_nobody_and_a_token_are_not_answered(small_app):
    client = signed_in(small_app, None)
    assert client.get("/search.json?find=S1").status_code == 401
    assert client.get("/search?find=S1").status_code == 303


@pytest.mark.parametrize(
    ("asked", "status"), [("find=" + "x" * 61, 400), ("asof=2026-02-30", 400), ("", 200), ("find=%20", 200)]
)
def test_what_cannot_be_meant_is_refused(small_app, asked, status):
    client = signed_in(small_app, "lin")
    assert client.get(f"/search.json?{asked}").status_code == status
    assert client.get(f"/search?{asked}").status_code == status


def test_every_page_of_somebody_signed_in_has_the_way_in_and_no_other(small_app):
    client = signed_in(small_app, "lin")
    for path in ("/me", "/work", "/search", "/nothing"):
        assert client.get(path, headers={"Accept": "text/html"}).text.count("data-search=") == 1, path
    assert "data-search=" not in signed_in(small_app, None).get("/sign-in").text
