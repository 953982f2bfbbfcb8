"""Private mobiles on the screens: for the section and the supervisors of the own chain, each asking noted."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import Engine, text

from dashboard.app.guard import CALLBACKS
from geodata.database.scope import read_transaction, write_transaction
from tests.builders import small_world
from tests.integration.pages.test_matrix import outputs
from tests.visitors import add_accounts, application, signed_in, token

MOBILE = "13900000000"


@pytest.fixture(scope="module")
def app(module_db):
    with write_transaction(module_db) as db:
        world = small_world(db)
        add_accounts(world)
        db.execute(text("UPDATE grid.person SET private_mobile = :mobile"), {"mobile": MOBILE})
    return application(module_db)


def screen(app, login: str, path: str) -> str:
    """What the browser is given for an address."""
    client = signed_in(app, login)
    output = next(name for name in app.guard.callbacks if "screen.children" in name)
    body = {
        "output": output,
        "outputs": outputs(output),
        "inputs": [{"id": "asked", "property": "data", "value": {"path": path, "search": "", "machine": {}}}],
        "changedPropIds": ["asked.data"],
    }
    answer = client.post(CALLBACKS, data=json.dumps(body), content_type="application/json",
                         headers={"X-CSRFToken": token(client)})  # fmt: skip
    return json.dumps(answer.json)


def asked_for(owner: Engine) -> list[tuple[str, str, str, str]]:
    """Who has asked for mobiles so far, from where, at which place."""
    with read_transaction(owner) as db:
        asked = "SELECT login, address, table_name, row_key FROM grid.audit WHERE action = 'mobiles_asked' ORDER BY id"
        return [tuple(row) for row in db.execute(text(asked))]


@pytest.mark.parametrize(("login", "path", "shown"), [
    ("qin", "/unit/V1", True), ("su1", "/unit/V1", True), ("hu1", "/subject/S1", True),
    ("as1", "/unit/V1", False), ("lin", "/unit/V1", False), ("da", "/unit/V1", False), ("ad", "/unit/V1", False),
])  # fmt: skip
def test_a_private_mobile_is_shown_to_those_who_may_call_it_once_they_have_asked(app, module_db, login, path, shown):
    page = screen(app, login, path)
    assert "As1" in page, "the chain itself is there"
    assert MOBILE not in page, "nobody has asked"
    assert (f"/mobiles{path}" in page) is shown, "the way to ask is for who may"
    before = asked_for(module_db)
    answer = signed_in(app, login).get(f"/mobiles{path}")
    assert (answer.status_code, MOBILE in answer.text) == ((200, True) if shown else (403, False))
    assert answer.headers["Cache-Control"] == "no-store"
    _, kind, place = path.split("/")
    assert asked_for(module_db)[len(before) :] == ([(login, "127.0.0.1", kind, place)] if shown else [])


def test_only_the_numbers_of_the_own_chain_are_shown(app):
    """The section calls everybody; a supervisor whoever answers in the own town, not the district above it."""
    for login, called in (("qin", {"Lin", "Qin", "Su1", "As1"}), ("su1", {"Su1", "As1"})):
        text_shown = signed_in(app, login).get("/mobiles/unit/V1?lang=en").text
        assert {name for name in ("Lin", "Qin", "Su1", "As1") if f"<b>{name}</b>" in text_shown} == called


@pytest.mark.parametrize("path", ["/mobiles/unit/V3", "/mobiles/unit/D", "/mobiles/subject/S4", "/mobiles/unit/none"])
def test_a_place_of_others_and_one_that_is_not_there_are_answered_alike(app, module_db, path):
    before = asked_for(module_db)
    answer = signed_in(app, "su1").get(path)
    assert answer.status_code == 404
    assert "不存在或不在您的辖区" in answer.text
    assert asked_for(module_db) == before
