# ruff: noqa: E501 - a row of a file is easier to read on one line
"""The shipped mappings: each is without fault and loads files of the kind it is for, twice as once."""

from __future__ import annotations

import json
from datetime import date
from math import cos, radians
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from sqlalchemy import text

import etl
from etl.mapping.mapping_check import find_mapping_faults
from etl.mapping.mapping_file import read_mapping, shipped_mappings
from geodata.database.scope import read_transaction
from geodata.levels import Level
from geodata.rollup.indicator_counts import count_indicator, headline_counts
from tests.integration import office

RESIDUES = Path(__file__).parents[4] / "shared" / "data" / "residues"


def load_twice(engine, folder, mapping):
    """The reports of the first load; the second has changed nothing."""
    reports = etl.load_files(engine, folder, mapping=mapping)
    assert all(report.loaded for report in reports), [report.to_sentence("en") for report in reports]
    before = office.checksum(engine)
    again = etl.load_files(engine, folder, mapping=mapping)
    assert sum(report.new + report.changed for report in again) == 0
    assert office.checksum(engine) == before
    for report in reports:
        assert report.read == report.new + report.changed + report.same + report.rejected
    return reports


@pytest.mark.parametrize("name", list(shipped_mappings()))
def test_a_shipped_mapping_has_no_fault(name):
    assert find_mapping_faults(read_mapping(name)) == []


def test_ledgers_of_a_district_under_their_official_headings(empty_db, tmp_path):
    write, book = office.write_csv, office.write_xlsx
    units = [
        {"统计用区划代码": code.removesuffix("000000") if code.endswith("000000") else code, "名称": name, "城乡分类代码": "111"}
        for code, name in [("220602000000", "示范区"), ("220602100000", "东镇"), ("220602001000", "西街道"),
                           ("220602100200", "一村村委会"), ("220602100201", "二村村委会"), ("220602001001", "三社区居委会")]
    ]  # fmt: skip
    write(tmp_path / "统计用区划代码.csv", units, encoding="gb18030")
    book(tmp_path / "网格员花名册.xlsx", {"Sheet1": [{"工号": "R1", "姓名": "张 示例", "职务": "监管员"}]})
    roster = [
        {"档案号": "S1", "生产经营主体名称": "示范合作社", "统一社会信用代码": "无", "主体类别": "农民专业合作社", "行业类别": "中药材、蔬菜",
         "所属村": "一村村委会", "建档日期": "2025.1.5", "风险等级": "A级"},
        {"档案号": "S2", "生产经营主体名称": "示范户", "统一社会信用代码": "/", "主体类别": "种植大户", "行业类别": "食用菌",
         "所属村": "二村 村委会", "建档日期": "2025年1月6日", "风险等级": "C"},
    ]  # fmt: skip
    book(tmp_path / "生产经营主体名录.xlsx", {"名录": roster})
    patrols = [
        {"档案号": f"S{n}", "检查日期": f"2026/3/{n}", "检查类型": "日常巡查", "检查结果": result, "备注": note, "工号": "R1", "岗位": "监管员"}
        for n, result, note in ((1, "正常", ""), (2, "未遇", "下地"))
    ]  # fmt: skip
    book(tmp_path / "3月巡查台账.xlsx", {"3月": patrols})
    tests = [
        {"样品编号": "Y1", "档案号": "S1", "检测方式": "速测", "样品名称": "人参", "抽样日期": "2026-04-01", "检测单位": "东镇检测室",
         "检测项目": "", "检测值": "未检出", "检测结论": "阴性", "报告日期": "2026-04-01"},
        {"样品编号": "Y2", "档案号": "S2", "检测方式": "定量", "样品名称": "木耳", "抽样日期": "2026-04-02", "检测单位": "市中心",
         "检测项目": "毒死蜱", "检测值": "未检出", "检测结论": "合格", "报告日期": "2026-04-09"},
        {"样品编号": "Y2", "档案号": "S2", "检测方式": "定量", "样品名称": "木耳", "抽样日期": "2026-04-02", "检测单位": "市中心",
         "检测项目": "克百威", "检测值": "未检出", "检测结论": "合格", "报告日期": "2026-04-09"},
    ]  # fmt: skip
    book(tmp_path / "检测台账.xlsx", {"检测": tests})
    reports = load_twice(empty_db, tmp_path, "district_office")
    assert [report.rejects for report in reports if report.rejects] == []
    assert office.count(empty_db, "subject", "village_code = '220602100201' AND kinds = '{grower}'") == 1
    assert office.count(empty_db, "subject", "'herb' = ANY(sectors) AND uscc IS NULL") == 1
    assert office.count(empty_db, "visit") == 2
    assert (office.count(empty_db, "sample"), office.count(empty_db, "result")) == (2, 3)


@pytest.mark.parametrize("bare", [False, True])
def test_area_shapes_in_the_manner_of_datav(empty_db, tmp_path, bare):
    short = {"220602000000": 220602, "220602100000": 220602100, "220602001000": 220602001}
    level = {"区": "district", "镇": "town", "街道": "street", "村": "village", "社区": "community"}
    frame = office.shapes()
    features = [
        {
            "type": "Feature",
            "properties": {
                "adcode": short.get(row["编码"], row["编码"]),
                "name": row["名称"],
                "level": level[row["类型"]],
                "center": [126.1, 41.9],
                "parent": {"adcode": int(row["上级编码"].removesuffix("000000"))},
            },
            "geometry": shapely.geometry.mapping(shape),
        }
        for row, shape in zip(office.UNITS, frame.geometry, strict=True)
    ]
    whole = features if bare else {"type": "FeatureCollection", "features": features}
    (tmp_path / "220602_full.json").write_text(json.dumps(whole, ensure_ascii=False), encoding="utf-8")
    (report,) = load_twice(empty_db, tmp_path, "datav")
    assert (report.new, report.rejects) == (6, [])
    assert office.count(empty_db, "unit_version", "source_datum = 'gcj02' AND geom IS NOT NULL") == 6
    assert office.count(empty_db, "unit_version", "code = '220602100201' AND parent_code = '220602100000'") == 1
    assert office.count(empty_db, "unit_version", "code = '220602001001' AND kind = 'community'") == 1


# also on the other side of the globe, where the district's own measuring CRS means nothing
@pytest.mark.parametrize(("west", "south"), [(126.0, 41.8), (-87.7, 41.8), (2.3, -33.9)])
def test_points_and_polygons(empty_db, tmp_path, west, south):
    def boxes(name, side, shift=0.0):
        step = 0.2 / side
        at = [(x, y) for y in range(side) for x in range(side)]
        shapes = [shapely.box(west + x * step + shift, south + y * step, west + (x + 1) * step + shift, south + (y + 1) * step)
                  for x, y in at]  # fmt: skip
        frame = gpd.GeoDataFrame(
            {"ID": range(1, len(at) + 1), "Name": [f"{name} {n}" for n in range(len(at))]},
            geometry=shapes,
            crs="EPSG:4326",
        )
        frame.to_file(tmp_path / f"{name}.gpkg")

    boxes("district", 1)
    boxes("towns", 2)
    boxes("villages", 6, shift=0.001)
    sites = [
        {"id": f"s {n}", "name": f"Site {n}", "kind": "farm" if n % 2 else "shop", "lon": west + 0.01 + 0.018 * n, "lat": south + 0.01,
         "risk": "high"}
        for n in range(10)
    ]  # fmt: skip
    office.write_csv(tmp_path / "sites.csv", [*sites, sites[0] | {"id": "lost", "lon": 0, "lat": 0}])
    visits = [{"site": f"s {n}", "date": f"2016010{n + 1}", "by": "Ann Lee"} for n in range(5)]
    office.write_csv(tmp_path / "visits.csv", visits)
    reports = load_twice(empty_db, tmp_path, "points_and_polygons")
    frame = gpd.read_file(tmp_path / "villages.gpkg").set_geometry(
        [shapely.box(west + 0.19, south + 0.1, west + 0.22, south + 0.13)] * 36
    )
    (tmp_path / "out").mkdir()
    frame.iloc[:1].to_file(tmp_path / "out" / "villages.gpkg")
    (refused,) = etl.load_files(empty_db, tmp_path / "out", mapping="points_and_polygons")
    assert [reject.fault for reject in refused.rejects] == ["outside_parent"]
    # 0.02 by 0.03 degrees of it stand out, in hectares
    assert float(refused.rejects[0].detail) == pytest.approx(
        111.3 * 111.1 * 100 * 0.02 * 0.03 * cos(radians(south)), rel=0.02
    )
    assert [(reject.fault, reject.row) for report in reports for reject in report.rejects] == [("no_unit_said", 12)]
    with read_transaction(empty_db) as db:
        towns = count_indicator(db, "patrol_coverage", Level.TOWN, date(2016, 2, 1))
        villages = count_indicator(db, "overdue", Level.VILLAGE, date(2016, 9, 1))
    assert (towns["numerator"].sum(), towns["denominator"].sum()) == (5, 10)
    assert len(villages) == 36
    assert villages["numerator"].sum() == 10


@pytest.mark.shared
@pytest.mark.skipif(not RESIDUES.is_dir(), reason=f"the residue results are not at {RESIDUES}")
def test_uk_residues(empty_db):
    reports = load_twice(empty_db, RESIDUES, "uk_residues")
    read = {(report.file[:10], report.kind): report.read + report.left_out for report in reports}
    assert read["uk_prif_sa", "samples"] == 15_972
    assert read["uk_prif_re", "results"] == 19_323
    faults_met = {reject.fault for report in reports for reject in report.rejects}
    assert faults_met == {"set_aside"}
    with read_transaction(empty_db) as db:
        numbers = headline_counts(db, date(2016, 12, 31)).loc["quantitative_pass"]
        above = db.execute(
            text(
                "SELECT count(DISTINCT sample_no) FROM grid.result WHERE judgement = 'unqualified' AND sample_no LIKE '2016%'"
            )
        ).scalar_one()
    assert numbers["denominator"] - numbers["numerator"] == above > 100
    # the published rates of these years lie between 2.6 and 7.1 %
    assert 0.02 < above / numbers["denominator"] < 0.08
