# ruff: noqa: E501 - a row of a file is easier to read on one line
"""The files of a small office, as it would send them: one district, two towns, three villages, five subjects."""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import geopandas as gpd
import shapely
from openpyxl import Workbook
from sqlalchemy import Engine, text

import etl
from etl import FileReport
from geodata.models import Base
from geodata.vocabulary import Datum

Row = Mapping[str, object]

UNITS: list[Row] = [
    {"编码": "220602000000", "名称": "示范区", "类型": "区", "上级编码": "220600000000"},
    {"编码": "220602100000", "名称": "东镇", "类型": "镇", "上级编码": "220602000000"},
    {"编码": "220602001000", "名称": "西街道", "类型": "街道", "上级编码": "220602000000"},
    {"编码": "220602100200", "名称": "一村", "类型": "村", "上级编码": "220602100000"},
    {"编码": "220602100201", "名称": "二村", "类型": "村", "上级编码": "220602100000"},
    {"编码": "220602001001", "名称": "三社区", "类型": "社区", "上级编码": "220602001000"},
]
BOXES = {
    "220602000000": (126.0, 41.8, 126.4, 42.0),
    "220602100000": (126.0, 41.8, 126.2, 42.0),
    "220602001000": (126.2, 41.8, 126.4, 42.0),
    "220602100200": (126.0, 41.8, 126.1, 42.0),
    "220602100201": (126.1, 41.8, 126.2, 42.0),
    "220602001001": (126.2, 41.8, 126.4, 42.0),
}
PEOPLE: list[Row] = [
    {"人员编号": f"R{n}", "姓名": f"张示例{n}", "办公电话": "0439-1234567", "手机": "", "同意公开": "否"}
    for n in range(1, 7)
]
SUBJECTS: list[Row] = [
    {
        "主体编号": f"S{n}", "主体名称": f"示范户{n}", "统一社会信用代码": "", "主体类型": "种养大户、合作社", "行业": "菜、果",
        "村编码": village, "村名称": name, "经度": lon, "纬度": "41.9", "坐标系": "国家2000", "入册日期": "2025-01-01", "风险等级": "高风险",
    }
    for n, (village, name, lon) in enumerate(
        [("220602100200", "一村", "126.05"), ("220602100200", "一村", "126.06"), ("220602100201", "二村", "126.15"),
         ("220602001001", "三社区", "126.25"), ("220602001001", "三社区", "126.26")], start=1,
    )
]  # fmt: skip
POSTS: list[Row] = [
    {"人员编号": "R1", "岗位": "分管领导", "网格编码": "220602000000", "主体编号": "", "任职日期": "2024-01-01", "离任日期": "2025-12-31"},
    {"人员编号": "R2", "岗位": "分管领导", "网格编码": "220602000000", "主体编号": "", "任职日期": "2026-01-01", "离任日期": ""},
    {"人员编号": "R3", "岗位": "协管员", "网格编码": "220602100200", "主体编号": "", "任职日期": "2024-01-01", "离任日期": ""},
    {"人员编号": "R4", "岗位": "主体负责人", "网格编码": "", "主体编号": "S1", "任职日期": "2025-01-01", "离任日期": ""},
]  # fmt: skip
VISITS: list[Row] = [
    {
        "巡查编号": f"V{n}", "主体编号": f"S{n}", "类别": "巡查", "结果": "已完成", "原因": "", "巡查日期": f"2026-03-{n:02}",
        "登记时间": f"2026-03-{n:02} 16:30", "人员编号": "R3", "岗位": "协管员", "生产记录": "是", "其他": "不适用",
    }
    for n in range(1, 6)
]  # fmt: skip
FINDINGS: list[Row] = [
    {"问题编号": "W1", "主体编号": "S1", "巡查编号": "V1", "问题描述": "记录不全", "发现日期": "2026-03-01", "整改期限": "2026-03-15",
     "整改日期": "2026-03-10", "销号日期": "2026-03-12"},
]  # fmt: skip
SAMPLES: list[Row] = [
    {"样品编号": "Y1", "主体编号": "S1", "检测方式": "速测", "抽样目的": "例行监测", "产品": "黄瓜", "抽样日期": "2026-04-01",
     "检测机构": "东镇检测室", "复检样品编号": ""},
    {"样品编号": "Y2", "主体编号": "S1", "检测方式": "定量检测", "抽样目的": "监督抽查", "产品": "黄瓜", "抽样日期": "2026-04-02",
     "检测机构": "市检测中心", "复检样品编号": "Y1"},
]  # fmt: skip
RESULTS: list[Row] = [
    {"样品编号": "Y1", "检测项目": "农药残留", "检测值": "", "单位": "", "判定": "不合格", "判定日期": "2026-04-01",
     "主体收到时间": "2026-04-01 15:00"},
    {"样品编号": "Y2", "检测项目": "毒死蜱", "检测值": "0.01", "单位": "mg/kg", "判定": "检出未超标", "判定日期": "2026-04-08",
     "主体收到时间": ""},
]  # fmt: skip
TABLES = {
    "网格单元": UNITS, "人员": PEOPLE, "主体": SUBJECTS, "任职": POSTS, "巡查": VISITS, "整改问题": FINDINGS, "样品": SAMPLES,
    "检测结果": RESULTS,
}  # fmt: skip

SELDOM: dict[str, list[Row]] = {
    "主体原属村": [{"主体编号": "S1", "原村编码": "220602100201", "起始日期": "", "截止日期": "2024-12-31"}],
    "培训": [{"人员编号": "R3", "培训日期": "2026-02-01", "培训主题": "速测", "学时": "4", "考核合格": "是"}],
    "执法证": [
        {"证号": f"吉F{n}", "人员编号": f"R{n}", "执法机关": "示范区农业农村局", "发证日期": "2024-01-01", "有效期至": "2026-03-31"}
        for n in (4, 5, 6)
    ],
    "经营状态": [{"主体编号": "S1", "起始日期": "2026-02-01", "经营状态": "停业", "原因": "翻修"}],
    "风险等级": [{"主体编号": "S1", "起始日期": "2026-02-01", "风险等级": "低风险", "原因": "整改"}],
    "网格沿革": [
        {"原编码": "220602100200", "新编码": code, "变更日期": "2026-02-01", "变更方式": "拆分"}
        for code in ("220602100200", "220602100201")
    ],
    "检查清单": [
        {
            "清单编号": "broker-2027", "清单名称": "经纪人巡查两项", "主体类型": "经纪人", "起始日期": "2027-01-01",
            "依据": "示农质发〔2026〕9号", "序号": str(number), "检查项": item, "检查内容": wording,
        }
        for number, (item, wording) in enumerate((("weighing", "计量器具"), ("sheltering", "棚膜回收")), start=1)
    ],
    "规则": [{"规则": "severe_days", "适用": "", "生效日": "2026-02-01", "取值": "45", "依据": "示农质发〔2026〕3号"}],
    "工作日历": [
        {"日期": "2027-02-13", "放假或上班": "上班", "安排单位": "国务院", "依据": "国办发明电", "事由": "春节调休"},
        {"日期": "2026-06-15", "放假或上班": "放假", "安排单位": "本地", "依据": "浑政办〔2026〕9号", "事由": ""},
    ],
}  # fmt: skip
"""What the office sends beside, one file at a time."""


def write_csv(file: Path, rows: Sequence[Row], encoding: str = "utf-8-sig") -> Path:
    with file.open("w", encoding=encoding, newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return file


def write_xlsx(file: Path, tables: Mapping[str, Sequence[Row]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in tables.items():
        page = book.create_sheet(name)
        page.append(list(rows[0]))
        for row in rows:
            page.append(list(row.values()))
    book.save(file)
    return file


def shapes(codes: Iterable[str] = BOXES, crs: str | None = "EPSG:4490") -> gpd.GeoDataFrame:
    codes = list(codes)
    return gpd.GeoDataFrame({"编码": codes}, geometry=[shapely.box(*BOXES[code]) for code in codes], crs=crs)


def changed(rows: Sequence[Row], at: int = 0, **cells: object) -> list[Row]:
    """The rows with some cells of one of them changed; cells are named by heading."""
    return [row | cells if place == at else row for place, row in enumerate(rows)]


def write_office(folder: Path) -> Path:
    """Every kind of fact as one CSV each."""
    for name, rows in TABLES.items():
        write_csv(folder / f"{name}.csv", rows)
    return folder


def load_office(engine: Engine, folder: Path, *, boundaries: bool = True) -> list[FileReport]:
    """A database with the small office in it."""
    folder.mkdir(exist_ok=True)
    reports = etl.load_files(engine, write_office(folder))
    if boundaries:
        shapes().to_file(folder / "网格单元.gpkg", layer="网格单元")
        reports += etl.load_files(engine, folder / "网格单元.gpkg", datum=Datum.CGCS2000)
    assert all(report.loaded for report in reports), [report.to_sentence() for report in reports]
    return reports


LOGS = frozenset(
    {f"grid.{each}" for each in ("audit", "known_device", "load_batch", "revision", "session", "undo_row")}
)
"""Tables that tell what was done; all others hold what is true."""


def facts(engine: Engine) -> str:
    """One digest of every row of every table of facts, ids and batches included."""
    return checksum(engine, without=LOGS)


def checksum(engine: Engine, without: frozenset[str] = frozenset()) -> str:
    """One digest of every row of every table, ids and load times included."""
    digest = hashlib.sha256()
    with engine.connect() as db:
        for table in sorted(Base.metadata.tables.keys() - without):
            rows = db.execute(
                text(f"SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') FROM {table} AS t")
            )
            digest.update(f"{table}={rows.scalar_one()};".encode())
    return digest.hexdigest()


def count(engine: Engine, table: str, where: str = "true") -> int:
    with engine.connect() as db:
        return int(db.execute(text(f"SELECT count(*) FROM grid.{table} WHERE {where}")).scalar_one())
