"""The view and the address are the same thing said twice; nothing in an address can raise."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask, request
from hypothesis import given
from hypothesis import strategies as st

from dashboard.request.view import HEATS, View
from geodata.levels import SHIPPED
from geodata.locale import Lang

views = st.builds(
    View,
    asof=st.none() | st.dates(date(1990, 1, 1), date(2100, 1, 1)),
    layer=st.sampled_from(["coverage", "overdue", "failures", "chain"]),
    level=st.sampled_from(SHIPPED.every),
    unit=st.none() | st.from_regex(r"[0-9]{12}", fullmatch=True),
    subject=st.none() | st.from_regex(r"[A-Z0-9\-]{1,20}", fullmatch=True),
    only=st.none() | st.sampled_from(["c1", "c4", "none"]),
    page=st.integers(1, 999_999),
    heat=st.none() | st.sampled_from(HEATS),
    points=st.booleans(),
    lines=st.booleans(),
    table=st.booleans(),
    theme=st.sampled_from(["light", "dark"]),
    lang=st.sampled_from(Lang),
)


@given(views)
def test_a_view_survives_its_address(view):
    assert View.parse(view.search) == view


@given(st.text())
def test_nothing_in_an_address_raises(text):
    assert isinstance(View.parse(text), View)
    assert isinstance(View.parse("?asof=" + text + "&unit=" + text), View)


@pytest.mark.parametrize("search", ["", "?", "?asof=2026-02-30", "?level=galaxy&points=2&lang=fr", "?unknown=1"])
def test_what_cannot_be_read_keeps_its_default(search):
    assert View.parse(search) == View()


def test_of_a_parameter_said_twice_the_first_counts_everywhere():
    with Flask(__name__).test_request_context("/?unit=A1&unit=B2"):
        assert View.parse("?unit=A1&unit=B2") == View.from_args(request.args) == View(unit="A1")


def test_the_default_view_has_no_search_string():
    assert View().search == ""
    assert View().link_to("/unit/220602100000", theme="dark") == "/unit/220602100000?theme=dark"
