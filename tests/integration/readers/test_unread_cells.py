"""A cell that could not be read has no consequences: every check of every kind knows what it depends on."""

from __future__ import annotations

import re
from collections import Counter

import pandas as pd
import pytest
from sqlalchemy import text

import etl
from etl.kinds.source import MARKS, STAGE, Need, RowCheck
from etl.load import stage
from etl.mapping.mapping_file import FieldMapping
from etl.mapping.unit_assignment import assign_unit
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from tests.integration import office

WHOLE_ROW = re.compile(r"(?<![\w'])s(?![\w.':])|\bs\.\*")
PARAMETERS = {"today": "2026-03-01", "margin_km": 5, "tolerance_m": 50, "measure_epsg": 4551, "accept_renames": False}
UNREADABLE = {
    "text": "长" * 4001, "code": "2.2E+11", "date": "明天", "moment": "下午", "number": "x", "word": "？",
    "words": "？", "codes": "2.2E+11", "answer": "？", "item": "长" * 501,
    "yes_no": "？", "uscc": "1", "phone": "无", "mobile": "1", "id_number": "1", "rule": "gravity",
}  # fmt: skip


def sources():
    """Every kind of fact, and those of a mapping that finds units by itself."""
    yield from discover().values()
    for way in ({"within": True}, {"unit_name": True}, {"within": True, "unit_name": True}):
        yield assign_unit(discover()["subjects"], "village_code", FieldMapping(column=("x",), **way))
    for way in ({"overlap": True}, {"unit_name": True, "overlap": True}):
        yield assign_unit(discover()["units"], "parent_code", FieldMapping(column=("x",), **way))


def ask_alone(db, source, reads, sql):
    """Run ``sql`` over a stage that has only the columns ``reads``: the database refuses any other."""
    columns = ", ".join(sorted(MARKS | (reads & set(stage.columns_of(source)))))
    given = {name: value for name, value in PARAMETERS.items() if f":{name}" in sql}
    db.execute(text(f"SELECT {sql} FROM (SELECT {columns} FROM {STAGE}) AS s"), given)


def test_every_check_and_whatever_is_filled_in_reads_only_the_columns_known_of_it(db):
    for source in sources():
        stage.create_stage(db, source)
        for check in source.checks:
            assert check.reads <= set(stage.columns_of(source)) | {"geometry"}, check
            assert not WHOLE_ROW.search(f"{check.where} {check.detail}"), check
            ask_alone(db, source, check.reads, f"({check.where}), ({check.detail})")
        for _, value in source.derive:
            ask_alone(db, source, RowCheck("", "", value).reads, value.replace(":valid_from", "'2026-01-01'"))
        if source.frame is not None:
            blank = pd.DataFrame({name: [None] for name in source.frame_reads}, dtype=object)
            made = set(source.extra) - {name for name, _ in source.derive}
            assert made == set(source.frame(blank).columns) - set(source.frame_reads)
        db.execute(text(f"DROP TABLE {STAGE}"))


def told(engine, file, **said):
    """(row, field, fault) of a preview; none of them twice."""
    rejects = [reject for report in etl.preview_load(engine, file, **said).reports for reject in report.rejects]
    counted = Counter((reject.row, reject.field, reject.fault) for reject in rejects)
    assert set(counted.values()) <= {1}
    return set(counted)


@pytest.mark.parametrize("kind", discover())
def test_a_cell_that_cannot_be_read_is_the_only_fault_of_a_row_that_is_otherwise_right(standing, tmp_path, kind):
    name = kind_name(kind)
    source = discover()[kind]
    titles = {each.name: field_heading(kind, each.name) for each in source.fields}
    given = (office.TABLES | office.SELDOM)[name]
    rows = [{title: row.get(title, "") for title in titles.values()} for row in given]
    if "坐标系" in titles.values():
        rows = [
            row | {"经度": row["经度"] or "126.05", "纬度": row["纬度"] or "41.9", "坐标系": "wgs84"} for row in rows
        ]
    assert told(standing, office.write_csv(tmp_path / f"{name}.csv", rows)) == set()
    for field in source.fields:
        ways = [UNREADABLE[field.cell.name]] + [""] * (field.need is Need.ALWAYS)
        for text_given in ways:
            spoilt = office.changed(rows, **{titles[field.name]: text_given})
            met = told(standing, office.write_csv(tmp_path / f"{name}.csv", spoilt))
            assert len(met) == 1, (field.name, met)
            assert {(row, blamed) for row, blamed, _ in met} == {(2, field.name)}
