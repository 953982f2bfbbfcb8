"""Private mobiles on the screens: for the section and the supervisors of the own chain, and for nobody else."""

from __future__ import annotations

import json

import pytest
from sqlalchemy import text

from dashboard.app.guard import CALLBACKS
from geodata.database.scope import write_transaction
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
    return client.post(CALLBACKS, data=json.dumps(body), content_type="application/json",
                       headers={"X-CSRFToken": token(client)}).text  # fmt: skip


@pytest.mark.parametrize(("login", "path", "shown"), [
    ("qin", "/unit/V1", True), ("su1", "/unit/V1", True), ("hu1", "/subject/S1", True),
    ("as1", "/unit/V1", False), ("lin", "/unit/V1", False), ("da", "/unit/V1", False), ("ad", "/unit/V1", False),
])  # fmt: skip
def test_a_private_mobile_is_on_the_chain_of_those_who_may_call_it(app, login, path, shown):
    page = screen(app, login, path)
    assert "As1" in page, "the chain itself is there"
    assert (MOBILE in page) is shown


def test_what_one_was_shown_is_not_remembered_for_another(app):
    """Answers are remembered for those who see the same rows; the mobiles are part of what is the same."""
    assert MOBILE in screen(app, "qin", "/unit/T2")
    assert MOBILE not in screen(app, "lin", "/unit/T2")
