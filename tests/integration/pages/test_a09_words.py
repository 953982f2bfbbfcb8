"""A9: a page says no name of code: tables, columns, actions and rules have words; who did something is a person."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from geodata.database.scope import read_transaction, write_transaction
from geodata.locale import Lang, read_catalogue
from geodata.rule_kinds import RULE_KINDS
from tests.builders import small_world
from tests.visitors import add_accounts, application, signed_in

SCHEMA = Path(__file__).parents[3] / "geodata" / "schema"
COLUMNS = """
SELECT DISTINCT c.relname, a.attname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
WHERE t.tgname IN ('note_change', 'note_removal') AND a.attname NOT IN ('geom', 'source_geom')
"""
NOTED = re.compile(r"grid\.note\('(\w+)'")


@pytest.mark.parametrize("lang", Lang)
def test_a09_whatever_the_trail_notes_has_a_word(empty_db, lang):
    words = read_catalogue(lang)
    with read_transaction(empty_db) as db:
        seen = list(db.execute(text(COLUMNS)))
    assert len(seen) > 150
    missing = {f"tables.{table}" for table, _ in seen} | {f"fields.{column}" for _, column in seen}
    actions = {action for file in SCHEMA.glob("*.sql") for action in NOTED.findall(file.read_text("utf-8"))}
    missing |= {f"actions.{action}" for action in actions}
    assert {name for name in missing if f"admin.audit.{name}" not in words} == set()


def test_a09_who_is_a_person_or_the_system(empty_db: Engine):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    page = signed_in(application(empty_db), "ad").get("/admin/audit").text
    rows = re.findall(r"<tr>(.*?)</tr>", page, re.S)
    assert any("系统" in row for row in rows)
    assert "Ad" in page
    assert not re.search(r"<b>(grid|root|postgres|grid_\w+)</b>", page)
    assert not re.search(r">\s*(as_of|person_no|created_at|how)\s*[:：]", page)


@pytest.mark.parametrize("lang", Lang)
def test_a09_the_page_of_rules_says_no_name_of_code(small_app, lang):
    page = signed_in(small_app, "ad").get(f"/admin/rules?lang={lang}").text
    shown = re.sub(r"<[^>]*>", " ", page)
    assert {key for key in RULE_KINDS if re.search(rf"(?<![\w-]){key}(?![\w-])", shown)} == set()
    assert not re.search(r"\b(district_leader|section_head|calendar_days|working_days)\b", shown)
