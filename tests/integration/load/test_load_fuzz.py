"""Whatever stands in a cell or a file: a load answers with counts, faults or one sentence, and is never half done."""

from __future__ import annotations

import csv
import gzip
import shutil
import zipfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils.exceptions import IllegalCharacterError
from sqlalchemy import Engine

import etl
from etl.export.fault_workbook import write_rejects
from geodata.errors import UserError
from geodata.locale import Lang
from tests.examples import examples
from tests.integration import office
from tests.integration.readers.test_formats import ods

pytestmark = pytest.mark.fuzz

FUZZ = settings(
    deadline=None,
    max_examples=examples(40),
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
# what office files hold beside plain words: codes gone wrong, dates of every kind, formulas, signs nobody sees
NASTY = st.sampled_from([
    "", " ", "0", "-0", "NaN", "Infinity", "-inf", "1e309", "1e-400", "９９", "①", "Ⅷ", "2.20602E+11", "220602100200.0",
    "2026-02-30", "20261301", "0000-00-00", "9999-12-31", "2026-03-01T25:61", "24:00", "45000.99999999", "99999",
    "=1+1", "=HYPERLINK(\"x\")", "@SUM(A1)", "+1", "-1", "'", "''", "#N/A", "\u202e", "\u0000", "\ufeff", "\ud7ff",
    "\U0010ffff", "a" * 5000, "1" * 400, "\"", "\n", "\t", "\\.", "\\N", "NULL", "{a,b}", "a,b;c", "%s", ":today", "$1",
    "'; DROP TABLE x; --",
])  # fmt: skip
CELL = st.one_of(NASTY, st.text(max_size=30), st.floats().map(repr), st.integers().map(str), st.dates().map(str))
KINDS = {
    "人员": office.PEOPLE, "主体": office.SUBJECTS, "巡查": office.VISITS, "任职": office.POSTS,
    "网格单元": office.UNITS, "检测结果": office.RESULTS, "样品": office.SAMPLES, "整改问题": office.FINDINGS,
}  # fmt: skip


def answered(engine: Engine, file: Path, out: Path) -> None:
    """A preview ends in counts that add up, in faults that are all said, or in one sentence."""
    try:
        seen = etl.preview_load(engine, file, datum="wgs84")
    except UserError as refused:
        said = [refused.to_sentence(lang) for lang in Lang]
    else:
        said = [reject.to_sentence(lang) for report in seen.reports for reject in report.rejects[:20] for lang in Lang]
        for report in seen.reports:
            assert report.read == report.new + report.changed + report.same + report.rejected, report
        write_rejects(out, seen.reports)
    assert all(sentence and "\n" not in sentence for sentence in said)


@pytest.fixture
def unchanged(standing: Engine):
    before = office.checksum(standing)
    yield standing
    assert office.checksum(standing) == before


@st.composite
def sheets(draw: Callable[..., object]) -> tuple[str, list[str], list[list[str]]]:
    """Rows of an office with some cells, and maybe a heading, spoilt."""
    name = draw(st.sampled_from(sorted(KINDS)))
    rows = [[str(cell) for cell in row.values()] for row in KINDS[name]]
    titles = list(KINDS[name][0])
    for _ in range(draw(st.integers(1, 6))):
        row = rows[draw(st.integers(0, len(rows) - 1))]
        row[draw(st.integers(0, len(row) - 1))] = draw(CELL)
    if draw(st.integers(0, 9)) == 0:
        titles[draw(st.integers(0, len(titles) - 1))] = draw(CELL)
    return name, titles, rows


@FUZZ
@given(sheet=sheets())
def test_any_cell_of_a_csv(unchanged, tmp_path, sheet):
    name, titles, rows = sheet
    text = StringIO()
    csv.writer(text).writerows([titles, *rows])
    file = tmp_path / f"{name}.csv"
    file.write_bytes(text.getvalue().encode("utf-8", "surrogatepass"))
    answered(unchanged, file, tmp_path / "out.xlsx")


@FUZZ
@given(sheet=sheets())
def test_any_cell_of_a_workbook(unchanged, tmp_path, sheet):
    name, titles, rows = sheet
    book = Workbook()
    page = book.worksheets[0]
    page.title = name
    for row in [titles, *rows]:
        try:
            page.append([cell[:32_000] for cell in row])
        except IllegalCharacterError:
            return  # no workbook can hold it
    book.save(tmp_path / f"{name}.xlsx")
    answered(unchanged, tmp_path / f"{name}.xlsx", tmp_path / "out.xlsx")


@pytest.fixture(scope="session")
def originals(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a sound file of each format."""
    folder = tmp_path_factory.mktemp("sound")
    office.write_csv(folder / "人员.csv", office.PEOPLE)
    office.write_xlsx(folder / "人员.xlsx", {"人员": office.PEOPLE})
    for end in ("gpkg", "geojson", "fgb"):
        office.shapes().to_file(folder / f"网格单元.{end}")
    office.shapes().to_file(folder / "网格单元.kml", driver="KML")
    office.shapes().to_parquet(folder / "网格单元.parquet")
    ods(folder / "人员.ods", [list(office.PEOPLE[0]), *(list(map(str, row.values())) for row in office.PEOPLE)])
    shutil.copy(Path(office.__file__).with_name("people.xls"), folder)
    (folder / "人员.csv.gz").write_bytes(gzip.compress((folder / "人员.csv").read_bytes()))
    with zipfile.ZipFile(folder / "网格单元.kmz", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(folder / "网格单元.kml", "doc.kml")
    return folder


BLOW = st.tuples(
    st.floats(0, 1), st.sampled_from(["cut", "change", "insert", "repeat"]), st.binary(min_size=1, max_size=12)
)
SOUND = [
    "人员.csv", "人员.csv.gz", "人员.xlsx", "人员.ods", "people.xls", "网格单元.geojson", "网格单元.gpkg",
    "网格单元.fgb", "网格单元.kml", "网格单元.kmz", "网格单元.parquet",
]  # fmt: skip


@settings(FUZZ, max_examples=examples(110))
@given(name=st.sampled_from(SOUND), blows=st.lists(BLOW, min_size=1, max_size=4))
def test_any_damage_to_a_file(unchanged, tmp_path, originals, name, blows):
    content = bytearray((originals / name).read_bytes())
    for where, how, piece in blows:
        at = int(where * len(content))
        if how == "cut":
            del content[at:]
        elif how == "change":
            content[at : at + len(piece)] = piece
        else:
            content[at:at] = piece if how == "insert" else content[at : at + 400]
    (tmp_path / name).write_bytes(bytes(content))
    answered(unchanged, tmp_path / name, tmp_path / "out.xlsx")
