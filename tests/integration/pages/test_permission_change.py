"""One line of GRANTS changed: page, button, route, database and report change together, and nothing else is edited."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from dashboard.screens.admin.access_book import right_rows
from geodata import permissions
from geodata.database.scope import write_transaction
from geodata.locale import Lang, translate
from geodata.permissions import Grant, Permission, Reach
from geodata.responsibility.posts import UNIT_ROLES
from geodata.schema import apply_schema, is_current
from geodata.schema.files import code_checksum
from geodata.vocabulary import Role
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in, token

RULE = "INSERT INTO grid.rule (key, from_on, value, source) VALUES ('severe_days', current_date + 2, '9', 'x')"


def told(role: Role) -> str:
    """What the report says of a post and the rules."""
    row = next(row for row in right_rows(Lang.EN) if row[0] == translate("admin.right.manage_rules", Lang.EN))
    return row[1 + UNIT_ROLES.index(role)]


def everywhere(app, engine, login: str, role: Role) -> dict[str, object]:
    """What an account may do about rules, place by place."""
    client = signed_in(app, login)
    sent = {"csrf_token": token(client)}
    page = client.get("/admin/rules?lang=en")
    answer = client.post("/admin/rules/withdraw", data=sent, headers={"X-CSRFToken": sent["csrf_token"]})
    with engine.connect() as db:
        db.execute(text("SET LOCAL ROLE grid_app"))
        db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
        try:
            written = db.execute(text(RULE)).rowcount == 1
        except ProgrammingError as refused:
            written = refused.orig.sqlstate != "42501"
        db.rollback()
    return {
        "page": page.status_code,
        "button": 'action="/admin/rules/set' in page.text,
        "route": answer.status_code,
        "database": written,
        "report": told(role),
    }


@pytest.fixture
def changed(monkeypatch):
    """The steward gains the rules, the section loses them."""

    def change() -> None:
        rest = [
            grant
            for grant in permissions.GRANTS
            if (grant.role, grant.permission) != (Role.SECTION_HEAD, Permission.MANAGE_RULES)
        ]
        new = Grant(Role.DATA_STEWARD, Permission.MANAGE_RULES, Reach.EVERYWHERE, source="a test")
        monkeypatch.setattr(permissions, "GRANTS", (*rest, new))
        code_checksum.cache_clear()

    yield change
    monkeypatch.undo()
    code_checksum.cache_clear()


def test_a_changed_grant_changes_page_button_route_database_and_report(empty_db, changed):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    app = application(empty_db)
    section, steward = (
        everywhere(app, empty_db, login, role)
        for login, role in (("qin", Role.SECTION_HEAD), ("da", Role.DATA_STEWARD))
    )
    word = translate("admin.reach.everywhere", Lang.EN)
    assert section == {"page": 200, "button": True, "route": section["route"], "database": True, "report": word}
    assert section["route"] != 403
    assert steward == {"page": 403, "button": False, "route": 403, "database": False, "report": ""}
    changed()
    with write_transaction(empty_db) as db:
        assert not is_current(db), "an upgrade is called for"
        apply_schema(db)
    assert everywhere(app, empty_db, "da", Role.DATA_STEWARD) == section
    assert everywhere(app, empty_db, "qin", Role.SECTION_HEAD) == steward
