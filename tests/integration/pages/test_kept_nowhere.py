"""No answer that may hold a fact is kept by a browser, none believes by which name it was asked, over all addresses."""

from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine

from dashboard.app.create_app import GridDash
from dashboard.app.http_headers import LASTING
from tests.integration.pages.edge_addresses import OWN, fill_world, filled, rules_of
from tests.visitors import application, signed_in, token

EVIL = "evil.example:81"


@pytest.fixture(scope="module")
def app(module_db: Engine) -> GridDash:
    fill_world(module_db)
    return application(module_db, public_url="https://map.example.org", trusted_proxies=0)


def asking_elsewhere(app: GridDash, who: str | None) -> tuple[FlaskClient, dict[str, str]]:
    """A client that asks by another name, and the headers that keep its session all the same."""
    known = signed_in(app, who)
    known.get("/sign-in")
    kept = known.get_cookie("grid_session")
    sent = {"Host": EVIL, "X-Forwarded-Host": EVIL, "Forwarded": f"host={EVIL}"}
    return app.server.test_client(use_cookies=False), sent | {"Cookie": f"grid_session={kept.value if kept else ''}"}


def words() -> list[str]:
    return [*OWN.values(), "T1", "D"]


def every_get(app: GridDash) -> list[tuple[str, str]]:
    """Endpoint and address of everything that can be got."""
    found = [(str(rule.endpoint), at) for rule in rules_of(app, "GET") for at in filled(rule, words())]
    assert len({endpoint for endpoint, _ in found}) > 20
    return found


@pytest.mark.parametrize("who", [None, "qin", "su1"])
def test_every_answer_but_scripts_is_kept_nowhere(app, who):
    client = signed_in(app, who)
    for endpoint, address in every_get(app):
        with client.get(address) as answer:
            kept = answer.headers.get("Cache-Control")
            lasting = endpoint in LASTING and answer.status_code == 200
            assert (kept == "no-store") is not lasting, (address, answer.status_code, kept)


def test_scripts_and_styles_keep_their_own(app):
    client = signed_in(app, "su1")
    for address in ("/assets/20_grid.css", "/assets/30_grid.js", "/map/sprite-light.json", "/map/sprite-dark@2x.png"):
        with client.get(address) as answer:
            assert answer.status_code == 200
            assert "no-store" not in answer.headers["Cache-Control"], address


def test_what_a_form_answers_is_kept_nowhere_either(app):
    client = signed_in(app, "su1")
    for address in ("/work/assign", "/me/tokens", "/jobs/1/stop", "/sign-out"):
        answer = client.post(address, data={"csrf_token": token(client), "name": "x", "days": "1"})
        assert answer.headers["Cache-Control"] == "no-store", address


@pytest.mark.parametrize("who", [None, "ad", "su1"])
def test_no_answer_believes_the_name_it_was_asked_by(app, who):
    client, sent = asking_elsewhere(app, who)
    assert client.get("/me", headers=sent).status_code == (200 if who else 303)
    for accept in ("text/html", "application/json"):
        for endpoint, address in every_get(app):
            if endpoint.startswith(("/_dash-component", "_dash_assets")):
                continue
            with client.get(address, headers=sent | {"Accept": accept}) as answer:
                assert "evil.example" not in answer.get_data().decode("utf-8", "replace"), address
                assert "evil.example" not in str(answer.headers), address
    for address in ("/api", "//evil.example/x", "/work/", "//api//subjects", "/sign-in/oidc?next=//evil.example"):
        where = client.get(address, headers=sent).headers.get("Location", "")
        assert "evil.example" not in where.partition("next=")[0], address
        assert not where.startswith("//"), address


def test_what_programs_are_told_comes_from_the_settings(app):
    client, sent = asking_elsewhere(app, "su1")
    found = re.search(r'name="csrf_token" value="([^"]+)"', client.get("/me", headers=sent).text)
    assert found is not None
    form = {"csrf_token": found[1], "name": "told once", "days": "1", "unit": ""}
    page = client.post("/me/tokens", data=form, headers=sent)
    assert page.status_code == 200
    assert "https://map.example.org/api/subjects?format=" in page.text
    assert "evil.example" not in page.text


def test_the_addresses_of_a_style_are_paths(app):
    client, sent = asking_elsewhere(app, "su1")
    style = client.get("/map/style.json", headers=sent).json
    named = [style["sprite"], *(each["data"] for each in style["sources"].values() if isinstance(each["data"], str))]
    assert len(named) >= 3
    assert all(address.startswith("/") and not address.startswith("//") for address in named)
