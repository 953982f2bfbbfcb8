"""Rules have dates and sources (domain §11.10): history is judged by the rule of its day."""

from datetime import date

import pytest
from sqlalchemy import text

from geodata.errors import NotFound
from geodata.locale import Lang, read_catalogue
from geodata.rules import class_breaks, rule_value, rules_in_force, rules_version


@pytest.mark.parametrize(
    ("key", "day", "value"),
    [
        ("residue_standard", "2026-02-28", "GB 2763-2021"),
        ("residue_standard", "2026-03-01", "GB 2763-2026"),
        ("certificate_retention_months", "2026-01-31", 24),
        ("certificate_retention_months", "2026-02-01", 6),
    ],
)
def test_a_rule_holds_from_its_day(db, key, day, value):
    assert rule_value(db, key, date.fromisoformat(day)) == value


def test_the_version_on_every_page_is_the_newest_rule_in_force(db):
    assert rules_version(db, date(2026, 2, 28)) == date(2026, 2, 1)
    assert rules_version(db, date(2026, 11, 22)) == date(2026, 3, 1)


def test_every_rule_names_its_source(db):
    assert rules_in_force(db, date(2026, 11, 22))["source"].str.strip().ne("").all()


def test_every_rule_has_its_name_in_both_languages(db):
    keys = db.execute(text("SELECT DISTINCT key FROM grid.rule")).scalars()
    assert {f"rule.name.{key}" for key in keys} <= read_catalogue(Lang.ZH).keys() & read_catalogue(Lang.EN).keys()


def test_the_classes_of_the_map_are_rules(db):
    assert class_breaks(db, "overdue", date(2026, 11, 22)) == (0.05, 0.15, 0.3)


def test_a_missing_rule_is_said(db):
    with pytest.raises(NotFound, match="no_such_rule"):
        rule_value(db, "no_such_rule", date(2026, 11, 22))
