"""Every rule has a kind, bounds and words, and the database holds every row to them (domain §11.10)."""

import json
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geodata.errors import UserError
from geodata.locale import Lang, read_catalogue
from geodata.rule_changes.rule_text import find_kind, read_value, scope_name, show_value, value_note
from geodata.rule_kinds import RULE_KINDS, rule_kind_rows
from tests.ascii_table import rows

DAY = date(2026, 11, 22)
CANNOT = """
key                    | scope     | value              | why
address_tries          |           | 2.5                | whole
address_tries          |           | 1e300              | whole
address_tries          |           | 0                  | whole
address_tries          |           | 99                 | whole
address_window_minutes |           | 61                 | whole
known_device_days      |           | 29                 | whole
session_hours          |           | 13                 | whole
session_idle_minutes   |           | 121                | whole
sign_in_tries          |           | 2                  | whole
sign_in_tries          |           | 20.0               | whole
sign_in_tries          |           | -5                 | whole
sign_in_tries          |           | "5"                | whole
sign_in_tries          |           | "NaN"              | whole
sign_in_tries          |           | null               | whole
sign_in_tries          |           | [5]                | whole
sign_in_tries          |           | {"n": 5}           | whole
sign_in_tries          |           | true               | whole
sign_in_tries          | everybody | 20                 | scope
sign_in_tries          | address   | 20                 | scope
sign_in_window_minutes |           | 1441               | whole
attachment_keep_days   |           | 0                  | whole
interval_days          |           | 30                 | scope
interval_days          | risk:huge | 30                 | scope
interval_days          | kind:market@11-2 | 30          | scope
interval_days          | kind:market@3-13 | 30          | scope
interval_days          | risk:high | 0                  | whole
interval_days          | risk:high | 999999999999       | whole
severe_days            | T1        | 30                 | scope
test_window            |           | "month"            | whole
test_window            |           | 0                  | whole
work_due_unit          |           | "hours"            | word
work_due_unit          |           | 5                  | word
chain_roles            | leading   | ["king"]           | word
chain_roles            | leading   | []                 | items
chain_roles            | leading   | "section_head"     | list
chain_roles            | leading   | ["assistant", "assistant"] | twice
chain_roles            | district  | ["section_head"]   | scope
check_bodies           |           | [" "]              | blank
check_bodies           |           | ["局", 1]          | text
class_breaks           | overdue   | [0.3, 0.15]        | order
class_breaks           | overdue   | [0.15, 0.15]       | twice
class_breaks           | overdue   | [0, 0.15]          | shares
class_breaks           | overdue   | [0.5, 1.01]        | shares
class_breaks           | overdue   | [0.5, "1"]         | shares
class_breaks           | overdue   | [1e-300]           | shares
class_breaks           | overdue   | [0.12345]          | shares
class_breaks           | overdue   | [0.01, 0.02, 0.03, 0.04, 0.05, 0.06, 0.07, 0.08, 0.09] | items
class_breaks           | overdue   | 0.15               | list
class_breaks           | Overdue!  | [0.5]              | scope
nest_tolerance_m       |           | -0.1               | number
nest_tolerance_m       |           | 1e9                | number
residue_standard       |           | ""                 | blank
residue_standard       |           | 2763               | text
gravity                |           | 9.81               | key
"""
CAN = """
key                    | scope            | value
address_tries          |                  | 100
token_tries            |                  | 3
sign_in_window_minutes |                  | 1440
interval_days          | kind:grower      | 365
interval_days          | kind:market@3-5  | 30
interval_days          | kind:market@12-12 | 30
test_window            |                  | "year"
test_window            |                  | 365
work_due_unit          |                  | "calendar_days"
chain_roles            | leading          | ["section_head"]
check_bodies           |                  | ["局", "大队"]
class_breaks           | overdue          | [0.1, 0.2]
class_breaks           | of_a_new_layer   | [1]
nest_tolerance_m       |                  | 0.25
residue_standard       |                  | "GB 2763-2027"
"""
PUT = (
    "INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES (:key, :scope, :day, CAST(:value AS jsonb), 'x')"
)


def put(db, row, day="2026-06-01"):
    with db.begin_nested():
        db.execute(text(PUT), {"key": row["key"], "scope": row["scope"] or "", "value": row["value"], "day": day})


@pytest.mark.parametrize("row", rows(CANNOT), ids=lambda row: f"{row['key']} {row['value']}")
def test_no_sql_puts_a_value_that_cannot_be(db, row):
    with pytest.raises(IntegrityError) as refused:
        put(db, row)
    assert refused.value.orig.diag.constraint_name == f"rule_{row['why']}"


@pytest.mark.parametrize("row", rows(CAN), ids=lambda row: f"{row['key']} {row['value']}")
def test_what_a_rule_can_be_is_put(db, row):
    put(db, row)


def test_no_sql_changes_a_value_into_one_that_cannot_be(db):
    for wrong in ("value = '0'", "value = '20.0'", "scope = 'x'", "key = 'x'", "from_on = 'infinity'"):
        with pytest.raises(IntegrityError), db.begin_nested():
            db.execute(text(f"UPDATE grid.rule SET {wrong} WHERE key = 'sign_in_tries' AND scope = ''"))


@pytest.mark.parametrize("day", ["infinity", "-infinity", "0044-03-15 BC", "1899-12-31", "2200-01-01"])
def test_a_rule_begins_on_no_day_a_calendar_does_not_reach(db, day):
    with pytest.raises(IntegrityError, match="cannot be"):
        put(db, {"key": "severe_days", "scope": "", "value": "30"}, day)


def test_every_value_that_came_with_the_program_can_be(db):
    asked = "SELECT key, scope, value, grid.rule_fault(key, scope, value) AS fault FROM grid.rule"
    assert [row for row in db.execute(text(asked)) if row.fault is not None] == []


def test_what_the_database_knows_of_rules_is_the_programs_list(db):
    kept = {row["key"]: row for row in db.execute(text("SELECT to_jsonb(k) FROM grid.rule_kind AS k")).scalars()}
    said = {str(each["key"]): each for each in rule_kind_rows()}
    ranges = ("list_length", "text_length")  # PostgreSQL writes whole numbers up to 20 as below 21
    assert {key: {**each, **dict.fromkeys(ranges)} for key, each in kept.items()} == {
        key: {**each, **dict.fromkeys(ranges)} for key, each in said.items()
    }


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("key", RULE_KINDS)
def test_every_rule_has_a_name_a_sentence_and_words_for_what_it_may_be(db, key, lang):
    words, kind = read_catalogue(lang), RULE_KINDS[key]
    assert words[f"rule.name.{key}"]
    assert words[f"rule.about.{key}"]
    assert "{" not in value_note(kind, lang)
    scopes = db.execute(text("SELECT DISTINCT scope FROM grid.rule WHERE key = :key"), {"key": key}).scalars().all()
    assert scopes
    assert all(bool(scope_name(kind, scope, lang)) is bool(scope) for scope in scopes)


@pytest.mark.parametrize("lang", Lang)
def test_a_value_as_it_is_shown_is_read_as_it_was(db, lang):
    for row in [*db.execute(text("SELECT key, value FROM grid.rule")).mappings(), *map(dict, rows(CAN))]:
        value = json.loads(row["value"]) if isinstance(row["value"], str) and "scope" in row else row["value"]
        kind = RULE_KINDS[row["key"]]
        assert read_value(kind, show_value(kind, value, lang)) == value
        assert read_value(kind, json.dumps(value)) == value


@pytest.mark.parametrize(("key", "said", "value"), [
    ("severe_days", " ４５ ", 45), ("severe_days", "45.0", 45), ("severe_days", "4.5", 4.5),
    ("severe_days", "soon", "soon"), ("severe_days", "NaN", "NaN"), ("severe_days", "1e400", "1e400"),
    ("severe_days", "true", True),
    ("test_window", "自然年", "year"), ("test_window", "Calendar year", "year"), ("test_window", "90", 90),
    ("class_breaks", "5%、15 %，30%", [0.05, 0.15, 0.3]), ("class_breaks", "0.05; 0.15", [0.05, 0.15]),
    ("class_breaks", "[0.1]", [0.1]), ("class_breaks", "[" * 3000, ["[" * 3000]), ("class_breaks", "none", ["none"]),
    ("chain_roles", "监管员、assistant", ["supervisor", "assistant"]), ("check_bodies", '["甲、乙"]', ["甲、乙"]),
    ("residue_standard", "2763", "2763"), ("work_due_unit", "工作日", "working_days"),
])  # fmt: skip
def test_a_value_is_read_as_people_write_it(key, said, value):
    assert read_value(RULE_KINDS[key], said) == value


@pytest.mark.parametrize("said", ["a\0b", "\ud800", "x" * 5000])
def test_what_no_text_can_hold_is_a_sentence(said):
    with pytest.raises(UserError):
        read_value(RULE_KINDS["residue_standard"], said)


def test_a_rule_is_found_by_its_key_and_by_its_name():
    assert find_kind(" interval_days ").key == find_kind("巡查间隔天数").key == find_kind("days between patrols").key
    with pytest.raises(UserError, match="gravity"):
        find_kind("gravity")
