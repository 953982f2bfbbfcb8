# ruff: noqa: E501 - a row of a file is easier to read on one line
"""Facts back out: what an export holds loads again and changes nothing, and it holds no more than one may see."""

from __future__ import annotations

import csv

import geopandas as gpd
import pyogrio
import pytest
import shapely
from openpyxl import load_workbook
from sqlalchemy import text

import etl
from etl.cli.load_commands import app
from etl.export.export_facts import export_facts, read_facts
from etl.export.export_formats import FORMATS
from etl.kinds.source import Shape
from etl.sources import discover
from geodata.database.scope import read_transaction
from geodata.errors import NotFound, UserError
from tests.integration import office

KINDS = list(discover())
SHAPED = [kind for kind, source in discover().items() if source.shape is not None]


@pytest.fixture
def full(loaded, tmp_path):
    """The small office with every kind of fact, a history of units, points in three datums and words that bite."""
    folder = tmp_path / "more"
    folder.mkdir()
    write = office.write_csv
    history = [{"编码": "220602100201", "名称": "新二村", "生效日期": "2026-01-01"}]
    lineage = {"原编码": "220602100201", "新编码": "220602100201", "变更日期": "2026-01-01", "变更方式": "更名"}
    lineage |= {"份额": "0.25", "文号": "浑政〔2026〕1号"}
    visits = [
        row | {"巡查编号": f"P{n}", "经度": f"126.{n}5123456789", "纬度": "41.91", "坐标系": datum, "登记时间": ""}
        for n, (row, datum) in enumerate(zip(office.VISITS, ("GCJ-02", "BD-09", "WGS84"), strict=False), start=1)
    ]
    bites = [
        office.SUBJECTS[0] | {"主体编号": f"X{n}", "主体名称": name, "经度": lon, "坐标系": datum, "产品": "a,b\n“c”"}
        for n, (name, lon, datum) in enumerate(
            [("'=1+1", "126.05", "GCJ-02"), ("+SUM(A1)", "", ""), ("@cmd", "126.051", "bd09"), ("＝x", "", "")]
        )
    ]  # fmt: skip
    for row in bites:
        row["纬度"] = "41.9" if row["经度"] else ""
    files = [
        write(folder / "网格单元.csv", history),
        write(folder / "网格沿革.csv", [lineage]),
        write(folder / "巡查.csv", visits),
        write(folder / "主体.csv", bites),
        write(folder / "培训.csv", [{"person_no": "R3", "trained on": "2026-02-01", "topic": "法", "hours": "8", "passed": "是"}]),
        write(folder / "主体原属村.csv", [{"主体编号": "S2", "原村编码": "220602100201", "起始日期": "2025-01-01", "截止日期": "2025-06-30"}, {"主体编号": "S2", "原村编码": "220602001001", "起始日期": "", "截止日期": "2024-12-31"}]),
        write(folder / "经营状态.csv", [{"主体编号": "S2", "from_on": "2026-02-01", "status": "suspended", "reason": "-"}]),
        write(folder / "执法证.csv", office.SELDOM["执法证"]),
        write(folder / "工作日历.csv", office.SELDOM["工作日历"]),
        write(folder / "风险等级.csv", [{"主体编号": "S2", "from_on": "2026-02-01", "risk": "低风险", "reason": ""}]),
    ]  # fmt: skip
    office.shapes().to_file(folder / "boundaries.gpkg", layer="网格单元")
    for file in [folder / "boundaries.gpkg", *files]:
        (report,) = etl.load_files(loaded, file, datum="gcj02")
        assert report.loaded, report.to_sentence()
    return loaded


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("form", list(FORMATS))
def test_loading_an_export_changes_nothing(full, tmp_path, form, lang):
    kinds = SHAPED if FORMATS[form].needs_shape else KINDS
    before = office.checksum(full)
    for kind in kinds:
        file = tmp_path / f"{kind}.{form}"
        with read_transaction(full) as db:
            count = export_facts(db, kind, file, lang=lang)
        assert count > 0
        (report,) = etl.load_files(full, file, datum="cgcs2000")
        assert (report.kind, report.read, report.same, report.rejects, report.unused) == (kind, count, count, [], ())
        assert office.checksum(full) == before, kind


def test_every_row_is_written(full, tmp_path):
    for kind, source in discover().items():
        with read_transaction(full) as db:
            assert export_facts(db, kind, tmp_path / f"{kind}.csv") == office.count(full, source.export.table)


def test_the_demonstration_district_goes_out_and_back(demo_district, new_database, tmp_path):
    with read_transaction(demo_district) as db:
        counts = {kind: export_facts(db, kind, tmp_path / f"{kind}.csv") for kind in KINDS}
        export_facts(db, "units", tmp_path / "boundaries.gpkg")
    for engine in new_database():
        reports = etl.load_files(engine, tmp_path, datum="cgcs2000", synthetic=True)
        assert all(report.loaded and not report.rejects for report in reports), [each.to_sentence() for each in reports]
        for kind, count in counts.items():
            assert office.count(engine, discover()[kind].export.table) == count


def test_secrets_and_private_numbers_stay(full, tmp_path):
    with full.begin() as db:
        db.execute(text("UPDATE grid.person SET private_mobile = '13800000000' WHERE person_no = 'R1'"))
        db.execute(text("UPDATE grid.subject SET id_hash = repeat('ab', 32), id_tail = '002X' WHERE subject_id = 'S1'"))
    before = office.checksum(full)
    for kind in ("people", "subjects"):
        with read_transaction(full) as db:
            export_facts(db, kind, tmp_path / f"{kind}.csv")
        said = (tmp_path / f"{kind}.csv").read_text(encoding="utf-8-sig")
        assert "13800000000" not in said
        assert "abab" not in said
        assert "002X" not in said
        etl.load_files(full, tmp_path / f"{kind}.csv")
    assert office.checksum(full) == before
    assert {"id_number", "private_mobile"} & {
        field.name for kind in KINDS for field in read_facts(discover()[kind])
    } == set()


def test_no_cell_is_a_formula(full, tmp_path):
    with read_transaction(full) as db:
        export_facts(db, "subjects", tmp_path / "subjects.csv")
        export_facts(db, "subjects", tmp_path / "subjects.xlsx")
    with (tmp_path / "subjects.csv").open(encoding="utf-8-sig", newline="") as stream:
        names = [row[1] for row in csv.reader(stream)]
    assert {"'=1+1", "'+SUM(A1)", "'@cmd", "'＝x"} <= set(names)
    for row in load_workbook(tmp_path / "subjects.xlsx").active.iter_rows():
        assert {cell.data_type for cell in row if cell.value is not None} == {"s"}


def test_a_unit_and_all_below_it(full, tmp_path):
    def keys(kind, unit):
        with read_transaction(full) as db:
            export_facts(db, kind, tmp_path / "out.csv", unit=unit)
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as stream:
            return {row[0] for row in csv.reader(stream)} - {"编码", "主体编号", "样品编号", "人员编号", "任职编号"}

    assert keys("units", "220602100000") == {"220602100000", "220602100200", "220602100201"}
    assert keys("subjects", "220602001001") == {"S4", "S5"}
    assert keys("subjects", "220602001000") == {"S4", "S5"}
    assert keys("results", "220602100000") == {"Y1", "Y2"}
    assert keys("results", "220602001000") == set()
    assert keys("people", "220602100200") == {"R3", "R4"}
    assert len(keys("posts", "220602000000")) == 4
    for kind in KINDS:
        with read_transaction(full) as db, pytest.raises(NotFound):
            export_facts(db, kind, tmp_path / "out.csv", unit="9")


@pytest.mark.parametrize("kind", KINDS)
def test_an_export_sees_what_its_caller_may_see(full, tmp_path, kind):
    with full.begin() as db:
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('as', 'R3')"))
    with full.connect() as db, db.begin():
        db.execute(text("SET LOCAL ROLE grid_app"))
        db.execute(text("SELECT set_config('grid.login', 'as', true)"))
        mine = export_facts(db, kind, tmp_path / "mine.csv")
        db.execute(text("SELECT set_config('grid.login', 'nobody', true)"))
        # by which rules they are judged is told to whoever signs in
        assert export_facts(db, kind, tmp_path / "none.csv") == (mine if kind == "rules" else 0)
    expected = {"units": 3, "subjects": 6, "visits": 4, "findings": 1, "samples": 2, "results": 2, "trainings": 1}
    if kind in expected:
        assert mine == expected[kind]
    if kind == "subjects":
        said = (tmp_path / "mine.csv").read_text(encoding="utf-8-sig")
        assert "S3" not in said
        assert "S4" not in said


def test_shapes_are_those_of_the_map(full, tmp_path):
    with read_transaction(full) as db:
        export_facts(db, "units", tmp_path / "u.gpkg")
        export_facts(db, "subjects", tmp_path / "s.parquet")
        stored = dict(db.execute(text("SELECT subject_id, ST_AsBinary(point) FROM grid.subject")).all())
    assert pyogrio.list_layers(tmp_path / "u.gpkg")[0][0] == "网格单元"
    frame = gpd.read_parquet(tmp_path / "s.parquet")
    assert frame.crs.to_epsg() == 4490
    for subject, point in zip(frame["主体编号"], frame.geometry, strict=True):
        kept = stored[subject]
        assert (point is None) == (kept is None)
        assert kept is None or shapely.from_wkb(kept) == point


def test_a_file_appears_whole_or_not_at_all(full, tmp_path):
    (tmp_path / "x.csv").write_text("before", encoding="utf-8")
    with read_transaction(full) as db:
        for kind, name, unit in (("units", "x.docx", None), ("nothing", "x.csv", None), ("people", "x.geojson", None)):
            with pytest.raises(UserError):
                export_facts(db, kind, tmp_path / name, unit=unit)
        with pytest.raises(NotFound):
            export_facts(db, "units", tmp_path / "x.csv", unit="9")
        (tmp_path / "folder.csv").mkdir()
        with pytest.raises(UserError):
            export_facts(db, "units", tmp_path / "folder.csv")
    assert (tmp_path / "x.csv").read_text(encoding="utf-8") == "before"
    assert sorted(each.name for each in tmp_path.iterdir()) == ["folder.csv", "more", "x.csv"]


def test_the_verb_is_there():
    assert "export" in {command.name or command.callback.__name__ for command in app.registered_commands}
    assert {discover()[kind].shape for kind in SHAPED} == set(Shape)
