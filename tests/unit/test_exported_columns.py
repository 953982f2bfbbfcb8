"""Every column of every list that leaves the product has a heading of its own, in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboard.tables import counted_rows_table, indicator_table, subject_table, work_item_table
from etl.recognise.field_words import field_heading
from etl.sources import discover
from geodata.indicators import INDICATORS
from geodata.locale import Lang, translate
from geodata.tables.column import Column
from geodata.vocabulary import SubjectKind

TABLES: dict[str, tuple[Column, ...]] = {
    "subjects": subject_table.COLUMNS,
    "work": work_item_table.COLUMNS,
    "indicators": indicator_table._LONG,
    "map": indicator_table.map_columns(tuple(INDICATORS)),
    **{f"rows of {key}": counted_rows_table.counted_columns(key) for key in INDICATORS},
}


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("name", TABLES)
def test_every_exported_column_has_its_words(name, lang):
    headings = [column.heading_in(lang) for column in TABLES[name]]
    assert all(heading.strip() for heading in headings)
    assert len(set(headings)) == len(headings), "two columns of one heading cannot be told apart"


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("kind", discover())
def test_every_column_of_a_kind_of_fact_has_its_words(kind, lang):
    headings = [field_heading(kind, field.name, lang) for field in discover()[kind].fields]
    assert all(each.strip() for each in headings)
    assert len(set(headings)) == len(headings)


@pytest.mark.parametrize("lang", Lang)
def test_the_columns_beside_every_list_have_their_words(lang):
    assert all(translate(f"ui.column.{name}", lang) for name in ("as_of", "period_start", "period_end", "definition"))


@pytest.mark.parametrize("key", INDICATORS)
def test_what_an_indicator_says_of_its_columns_is_what_it_selects(key):
    asked = INDICATORS[key]
    assert all(name in asked.rows for name in asked.extra_names)
    shown = {column.name for column in counted_rows_table.counted_columns(key)}
    assert {each.name for each in asked.extra if each.listed} <= shown
    assert not {each.name for each in asked.extra if not each.listed} & shown


def test_a_column_is_read_as_its_indicator_says():
    columns = {column.name: column for column in counted_rows_table.counted_columns("overdue")}
    assert columns["risk"].show_value("high", Lang.EN) == translate("Risk.high", Lang.EN)
    assert columns["days_over"].numeric
    missing = {column.name: column for column in counted_rows_table.counted_columns("chain_complete")}["missing"]
    assert missing.show_value(["town", "village"], Lang.ZH) == "镇街、村社区"


def test_a_column_of_a_table_is_read_as_its_model_says():
    work, subject = ({each.name: each for each in table.COLUMNS} for table in (work_item_table, subject_table))
    assert work["size"].numeric
    assert not work["note"].numeric
    assert work["due_on"].show_value(datetime(2026, 3, 1, 8, tzinfo=UTC), Lang.ZH) == date(2026, 3, 1)
    assert work["state"].show_value("assigned", Lang.EN) == translate("WorkState.assigned", Lang.EN)
    assert subject["risk"].show_value("high", Lang.ZH) == translate("Risk.high", Lang.ZH)
    both = [translate(f"SubjectKind.{word.value}", Lang.ZH) for word in list(SubjectKind)[:2]]
    assert subject["kinds"].show_value([word.value for word in list(SubjectKind)[:2]], Lang.ZH) == "、".join(both)
    with pytest.raises(ValueError, match="severe-ish"):
        subject["due_state"].show_value("severe-ish", Lang.ZH)
