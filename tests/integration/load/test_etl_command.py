"""``python -m etl`` as a person runs it: what it prints, writes and returns; templates that load."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook

import etl
from etl.export.template_workbook import write_template
from etl.recognise.field_words import kind_name
from etl.sources import discover
from geodata.locale import Lang
from tests.commands import run_command
from tests.integration import office


def run(engine, *words, lang="zh"):
    url = engine.url.render_as_string(hide_password=False)
    return run_command("etl", *words, GRID_DATABASE_URL=url, GRID_LANG=lang)


def test_load_says_what_became_of_each_file(empty_db, tmp_path):
    office.write_csv(tmp_path / "网格单元.csv", office.UNITS)
    first = run(empty_db, "load", tmp_path / "网格单元.csv")
    assert (first.returncode, first.stderr) == (0, "")
    assert "已载入" in first.stdout
    again = run(empty_db, "load", tmp_path / "网格单元.csv", lang="en")
    assert "no change" in again.stdout


def test_a_refused_file_ends_with_its_own_code_one_sentence_and_a_workbook(empty_db, tmp_path):
    office.write_csv(tmp_path / "网格单元.csv", office.changed(office.UNITS, at=3, 类型="庄"))
    done = run(empty_db, "load", tmp_path / "网格单元.csv", "--rejects", tmp_path / "out.xlsx")
    assert done.returncode == 5
    assert done.stderr.count("\n") == 1
    assert "庄" in done.stderr
    assert "Traceback" not in done.stderr
    assert load_workbook(tmp_path / "out.xlsx").sheetnames == ["网格单元", "剔除明细"]


def test_what_the_person_must_mend_ends_with_code_two(empty_db, tmp_path):
    for words in (
        ("load", tmp_path / "没有.csv"),
        ("template", "牛", tmp_path / "x.xlsx"),
        ("load", tmp_path, "--datum", "mars"),
        ("demo", "--until", "2026-13-01"),
    ):
        done = run(empty_db, *words)
        assert done.returncode == 2, done
        assert done.stderr.count("\n") == 1
        assert done.stderr.endswith("。\n"), "a sentence"


def test_kinds_lists_every_kind(worker_db):
    done = run(worker_db, "kinds", lang="en")
    assert all(kind in done.stdout for kind in discover())


@pytest.mark.parametrize("lang", list(Lang))
@pytest.mark.parametrize("kind", sorted(discover()))
def test_a_template_is_understood_and_its_example_row_is_no_fact(worker_db, tmp_path, kind, lang):
    file = tmp_path / "模板.xlsx"
    write_template(kind, file, lang)
    page = load_workbook(file)[kind_name(kind, lang)]
    assert all(cell.comment is not None for cell in page[1])
    columns = [cell.value for cell in page[1]]
    assert len(columns) == len(discover()[kind].fields)
    (report,) = etl.load_files(worker_db, file)
    assert (report.kind, report.read, report.unused, report.rejects) == (kind, 0, (), [])
    choices = [field for field in discover()[kind].fields if field.cell.name in {"word", "yes_no", "answer"}]
    assert len(page.data_validations.dataValidation) == len(choices)


def test_the_example_row_itself_would_load(empty_db, tmp_path):
    office.load_office(empty_db, tmp_path / "office")
    for kind in discover():
        file = tmp_path / f"{kind}.xlsx"
        write_template(kind, file, Lang.ZH)
        book = load_workbook(file)
        page = book.worksheets[0]
        values = [str(cell.value or "") for cell in page[2]]
        values[0] = values[0].removeprefix("示例 ")
        for column, value in enumerate(values, start=1):
            page.cell(row=3, column=column).value = value or None
        book.save(file)
        (report,) = etl.load_files(empty_db, file, max_rejects=1)
        allowed = {
            "unknown_person",
            "unknown_subject",
            "unknown_sample",
            "name_conflict",
            "village_name_differs",
            "point_outside",
        }
        assert {reject.fault for reject in report.rejects} <= allowed, [
            reject.to_sentence() for reject in report.rejects
        ]
