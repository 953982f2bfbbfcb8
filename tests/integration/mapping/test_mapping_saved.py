"""What was corrected by hand, saved as a mapping, reads the same file to the same end, and the next of its form."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
import shapely
from openpyxl import Workbook, load_workbook
from typer.testing import CliRunner

import etl
from etl.cli.load_commands import app
from etl.export.fault_workbook import write_rejects
from etl.load.load_options import Said
from etl.load.plan_files import plan_sheets
from etl.mapping.mapping_file import known_mappings, read_mapping, saved_in, shipped_mappings
from etl.mapping.mapping_from_corrections import mapping_text
from etl.mapping.saved_mappings import forget_mapping, keep_mapping, proper_name
from geodata.errors import NotFound, UserError
from geodata.locale import Lang
from geodata.vocabulary import Datum
from tests.integration import office

NOTE = dict.fromkeys(Lang, 'a "note"')
PEOPLE = [{"人员编号": f"N{n}", "叫什么": f"新人{n}", "备注": "", "手机": ""} for n in range(1, 6)]


pytestmark = pytest.mark.usefixtures("own_home")


def keep_as(name: str, file: Path, **said) -> Path:
    """The mapping of what is said of a file, kept under a name."""
    datum = Datum(said["datum"]) if said.get("datum") else None
    keep_mapping(name, lambda target: mapping_text(plan_sheets(file, **said), target, NOTE, datum), replace=False)
    return saved_in() / f"{name}.toml"


def told(preview) -> list[tuple]:
    """All a preview says of a file, but for what only a mapping has."""
    return [
        (
            each.sheet,
            each.kind,
            (each.read, each.new, each.changed, each.same, each.rejected, each.loaded),
            [(reject.row, reject.field, reject.value, reject.fault, reject.detail) for reject in each.rejects],
            (sorted(each.unused), each.above, each.hints),
            [(cell.table, cell.column, cell.before, cell.after, cell.added) for cell in each.differences],
        )
        for each in preview.reports
    ]


def titled(folder: Path) -> tuple[Path, Said]:
    """Headings under a title, in GB18030 with semicolons; a column left out; total, remark, repeated headings."""
    lines = [
        "示范区人员一览",
        "填表人：某",
        "人员编号;姓名;办公电话;备注",
        "N1;甲;0439-1234567;",
        ";;;只有备注",
        "N2;乙;打不通;",
    ]
    lines += ["人员编号;姓名;办公电话;备注", "'=N3;丙;;", " N4 ;'=丁;;x", "合计;2;;"]
    file = folder / "2026年3月人员(1).csv"
    file.write_text("\n".join(lines) + "\n", encoding="gb18030")
    return file, {"columns": {"办公电话": ""}, "kind": "people"}


def several_kinds(folder: Path) -> tuple[Path, Said]:
    """Sheets of three kinds, two of them of one; the same heading means something in one kind only."""
    subjects = [
        {("名称" if key == "主体名称" else key): cell for key, cell in row.items()}
        | {"主体编号": f"N{row['主体编号']}"}
        for row in office.SUBJECTS
    ]
    tables = {
        "3月主体": subjects[:3],
        "人员": [{"人员编号": "N1", "姓名": "甲", "名称": "x"}, {"人员编号": "", "姓名": "乙", "名称": "y"}],
        "4月主体": subjects[3:],
        "任职": office.changed(office.POSTS[-1:], 人员编号="N1", 主体编号="NS2"),
    }
    said: Said = {"columns": {"subjects.名称": "name", "people.名称": "", "subjects.主体编号": "subject_id"}}
    return office.write_xlsx(folder / "三月.xlsx", tables), said


def confirmed(folder: Path) -> tuple[Path, Said]:
    """An area file of national codes, every recognised column confirmed: its codes are still completed."""
    box = office.BOXES["220602000000"]
    features = [
        {
            "type": "Feature",
            "properties": {"adcode": "220602", "name": "示范区", "level": "区", "extra": "1"},
            "geometry": shapely.geometry.mapping(shapely.box(*box)),
        }
    ]
    file = folder / "area.geojson"
    file.write_text(json.dumps({"type": "FeatureCollection", "features": features}), encoding="utf-8")
    columns = {"units.adcode": "code", "units.name": "name", "units.level": "kind", "units.extra": ""}
    return file, {"columns": columns, "datum": "gcj02"}


def points(folder: Path) -> tuple[Path, Said]:
    """Points of subjects with their own names for the columns, in a ZIP."""
    rows = [{"no": row["主体编号"], "名称": "改名", "type": "批发零售市场"} for row in office.SUBJECTS]
    features = [
        {
            "type": "Feature",
            "properties": row
            | {"行业": "果", "村编码": "220602100200", "入册日期": "2025-01-01", "风险等级": "低风险"},
            "geometry": {"type": "Point", "coordinates": [126.05 + at / 1000, 41.9]},
        }
        for at, row in enumerate(rows)
    ]
    with zipfile.ZipFile(folder / "sites.zip", "w") as archive:
        text = json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)
        archive.writestr("sites 2026-03.geojson", text)
    columns = {"no": "subject_id", "名称": "name", "type": "kinds"}
    return folder / "sites.zip", {"columns": columns, "kind": "subjects", "datum": "wgs84"}


@pytest.mark.parametrize("made", [titled, several_kinds, confirmed, points])
def test_a_saved_mapping_tells_the_same_and_loads_to_the_same_bytes(
    office_template, new_database, tmp_path, made: Callable[[Path], tuple[Path, Said]]
):
    file, said = made(tmp_path)
    keep_as("甲", file, **said)
    ended = []
    for ways in (said, Said(mapping="甲")):
        databases = new_database(office_template)
        engine = next(databases)
        seen = told(etl.preview_load(engine, file, **ways))
        etl.load_files(engine, file, max_rejects=10, **ways)
        ended.append((seen, office.facts(engine)))
        again = etl.load_files(engine, file, max_rejects=10, mapping="甲")
        assert [(each.new, each.changed, each.batch_id) for each in again] == [(0, 0, None)] * len(again)
        next(databases, None)
    assert ended[0] == ended[1]
    assert sum(new + changed for _, _, (_, new, changed, *_), *_ in ended[0][0]) > 0


def test_what_the_four_files_prove_is_in_them(loaded, tmp_path):
    faults = {reject.fault for reject in etl.preview_load(loaded, titled(tmp_path)[0], **titled(tmp_path)[1]).rejects}
    assert {"total_row", "headings_again", "blank"} <= faults
    file, said = confirmed(tmp_path)
    (report,) = etl.preview_load(loaded, file, **said).reports
    assert (report.changed, report.rejected) == (1, 0), [each.to_sentence() for each in report.rejects]


def test_the_next_file_has_another_name_ending_and_sheet(loaded, tmp_path):
    first = office.write_csv(tmp_path / "东镇人员 2026-03.csv", PEOPLE[:2])
    keep_as("人员", first, kind="people", columns={"叫什么": "name"})
    book = office.write_xlsx(tmp_path / "西街道.xlsx", {"Sheet7": PEOPLE[2:], "说明": [{"填表": "x"}]})
    reports = etl.load_files(loaded, book, mapping="人员")
    assert [(each.kind, each.new) for each in reports] == [("", 0), ("people", 3)]
    assert "说明" in reports[0].note, "a sheet nobody reads is told"
    other = office.write_csv(tmp_path / "x.csv", [{"人员编号": "N9", "姓名": "甲"}])
    with pytest.raises(UserError, match="叫什么"):
        etl.load_files(loaded, other, mapping="人员")


def test_sheets_are_told_apart_by_name_with_other_numbers(loaded, tmp_path):
    file, said = several_kinds(tmp_path)
    mapping = read_mapping(keep_as("月报", file, **said))
    assert [(each.kind, each.sheets) for each in mapping.table] == [
        ("people", ("人员",)), ("subjects", ("*主体",)), ("posts", ("任职",)),
    ]  # fmt: skip
    book = load_workbook(file)
    book["3月主体"].title = "5月主体"
    book.save(tmp_path / "五月.xlsx")
    assert told(etl.preview_load(loaded, tmp_path / "五月.xlsx", mapping="月报"))[1][0] == "5月主体"


def test_names_that_differ_by_a_number_alone_are_kept_apart(loaded, tmp_path):
    people, more = PEOPLE[:1], [PEOPLE[1] | {"办公电话": "0439-1234567"}]
    file = office.write_xlsx(tmp_path / "a.xlsx", {"表1": people, "表2": more})
    said: Said = {"kind": "people", "columns": {"叫什么": "name"}}
    assert [each.sheets for each in read_mapping(keep_as("a", file, **said)).table] == [("表1",), ("表2",)]
    assert [each[2][:2] for each in told(etl.preview_load(loaded, file, mapping="a"))] == [(1, 1), (1, 1)]


def test_faults_mended_load_with_the_saved_mapping(loaded, tmp_path):
    file = office.write_csv(tmp_path / "x.csv", office.changed(PEOPLE, 1, 叫什么=""))
    keep_as("人员", file, kind="people", columns={"叫什么": "name"})
    (report,) = etl.load_files(loaded, file, mapping="人员", max_rejects=1)
    write_rejects(tmp_path / "faults.xlsx", [report])
    book = load_workbook(tmp_path / "faults.xlsx")
    book.worksheets[0]["B2"] = "补上"
    book.save(tmp_path / "faults.xlsx")
    (report,) = etl.load_files(loaded, tmp_path / "faults.xlsx", mapping="人员")
    assert (report.new, report.rejected) == (1, 0)


def test_two_sheets_of_one_name_are_no_mapping(tmp_path):
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("one/人员.csv", "人员编号,姓名\n1,a\n")
        archive.writestr("two/人员.csv", "人员编号,姓名,手机\n2,b,\n")
    with pytest.raises(UserError, match=r"a\.zip"):
        keep_as("a", tmp_path / "a.zip")
    assert not list(saved_in().glob("*"))


@pytest.mark.parametrize("name", ["甲_2-b", "données", "ＡＢ", "हिन्दी", "x" * 40])
def test_names(tmp_path, name):
    assert keep_mapping(name, lambda target: target.stem, replace=False) in known_mappings()


@pytest.mark.parametrize(
    "name",
    ["", " ", "../x", "a/b", "a\\b", "a.b", "-x", "_x", "1x", "a b", "x" * 41, "a\0", "a\nb", "datav", "DataV", "½"],
)
def test_no_names(name):
    with pytest.raises(UserError):
        proper_name(name)


def test_a_name_is_replaced_only_when_told_so():
    keep_mapping("甲", lambda _: "one", replace=False)
    with pytest.raises(UserError, match="甲"):
        keep_mapping("甲", lambda _: "two", replace=False)
    assert known_mappings()["甲"].read_text("utf-8") == "one"
    keep_mapping("甲", lambda _: "two", replace=True)
    assert known_mappings()["甲"].read_text("utf-8") == "two"
    assert [each.name for each in saved_in().iterdir()] == ["甲.toml"], "no draft is left"
    forget_mapping("甲")
    with pytest.raises(NotFound):
        forget_mapping("甲")
    with pytest.raises(NotFound):
        forget_mapping("datav")


def test_of_two_at_once_the_earlier_stays():
    def late(target: Path) -> str:
        target.parent.mkdir(exist_ok=True)
        target.write_text("earlier", encoding="utf-8")
        return "later"

    with pytest.raises(UserError):
        keep_mapping("甲", late, replace=False)
    assert known_mappings()["甲"].read_text("utf-8") == "earlier"


def test_none_takes_the_place_of_a_shipped_one():
    saved_in().mkdir(exist_ok=True)
    (saved_in() / "datav.toml").write_text("x", encoding="utf-8")
    assert known_mappings()["datav"] == shipped_mappings()["datav"]


def test_the_list_says_where_each_is_from(tmp_path):
    keep_as("人员", office.write_csv(tmp_path / "人员.csv", office.PEOPLE))
    keep_mapping("broken", lambda _: "title =", replace=False)
    told = CliRunner().invoke(app, ["mapping", "list"], env={"COLUMNS": "400"})
    assert told.exit_code == 0, told.output
    lines = told.output.splitlines()
    assert len(lines) == len(shipped_mappings()) + 2
    assert any("人员" in line and str(saved_in() / "人员.toml") in line for line in lines)
    assert any("broken" in line and "TOML" in line for line in lines)
    checked = CliRunner().invoke(app, ["mapping", "check", "人员"])
    assert checked.exit_code == 0, checked.output


def test_a_heading_is_written_whatever_signs_it_has(empty_db, tmp_path):
    odd = 'a "b"\\c\n\x7f'
    book = Workbook()
    for row in (["人员编号", odd], ["1", "甲"]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    keep_as("x", tmp_path / "x.xlsx", kind="people", columns={odd: "name"})
    (report,) = etl.load_files(empty_db, tmp_path / "x.xlsx", mapping="x")
    assert report.new == 1
