"""The very files an office would send: workbooks of several sheets, exports by year, a boundary file."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterable
from enum import StrEnum
from pathlib import Path
from typing import Any

import pandas as pd
import shapely
from openpyxl import Workbook

from etl.demo.demo_plan import each_row, shipped_table
from etl.demo.land import DIGITS
from etl.recognise.field_words import field_heading, kind_name
from etl.sources import discover
from geodata.locale import Lang, label_of

SHEETS = {
    "people": ("people", "trainings", "enforcement_cards"),
    "roster": ("subjects", "statuses", "risks", "former_villages"),
    "lineage": ("lineage",),
    "posts": ("posts",),
    "findings": ("findings",),
}
"""The sheets of each workbook; a file loads as a whole, so nothing in it may lean on a file that loads after it."""

LONG_AGO = (1980, 1, 1, 0, 0, 0)
"""Every file inside a workbook carries this moment, so that the same district gives the same bytes."""


def _said(value: Any, choices: type[StrEnum] | None) -> Any:
    """A value as a clerk would type it; None for blank."""
    if value is None or value is pd.NaT or (isinstance(value, float) and value != value):
        return None
    if isinstance(value, list):
        return "、".join(_said(each, choices) for each in value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if choices is not None:
        return label_of(choices(value), Lang.ZH)
    return value


def _chinese(kind: str, frame: pd.DataFrame) -> pd.DataFrame:
    """The frame with Chinese headings and labels; cells are text, numbers, dates or None."""
    columns = {}
    for each in discover()[kind].fields:
        if each.name in frame.columns:
            choices = each.cell.choices
            words = {} if choices is None else {word.value: label_of(word, Lang.ZH) for word in choices}
            cells = frame[each.name].tolist()
            columns[field_heading(kind, each.name, Lang.ZH)] = [
                words.get(cell) if isinstance(cell, str) and cell in words else _said(cell, choices) for cell in cells
            ]
    return pd.DataFrame(columns, dtype=object)


def _steady(book: bytes) -> bytes:
    """The workbook without the moment it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            part = before.read(name)
            if name == "docProps/core.xml":
                part = re.sub(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", b"2000-01-01T00:00:00Z", part)
            after.writestr(zipfile.ZipInfo(name, LONG_AGO), part, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _workbook(path: Path, sheets: Iterable[tuple[str, pd.DataFrame]]) -> Path:
    book = Workbook(write_only=True)
    for title, frame in sheets:
        sheet = book.create_sheet(title)
        sheet.append(list(frame.columns))
        for row in frame.itertuples(index=False, name=None):
            sheet.append(row)
    made = io.BytesIO()
    book.save(made)
    path.write_bytes(_steady(made.getvalue()))
    return path


def _csv(path: Path, frame: pd.DataFrame) -> Path:
    """As spreadsheets write it: UTF-8 with a mark at the start."""
    frame.to_csv(path, index=False, encoding="utf-8-sig", lineterminator="\r\n", date_format="%Y-%m-%d %H:%M:%S")
    return path


def _boundaries(path: Path, units: pd.DataFrame) -> Path:
    """Units with polygons in EPSG:4490 (datum cgcs2000), six decimals; neighbours share every point of their border."""
    lines = []
    for row in each_row(units):
        cells = {
            "code": row.code,
            "name": row.name,
            "kind": row.kind,
            "parent_code": row.parent_code,
            "schematic": True,
            "valid_from": row.valid_from and row.valid_from.isoformat(),
        }
        words = _chinese("units", pd.DataFrame([cells])).iloc[0].to_dict()
        shape = json.loads(shapely.to_geojson(row.geometry))
        shape["coordinates"] = [
            [[round(x, DIGITS), round(y, DIGITS)] for x, y in ring] for ring in shape["coordinates"]
        ]
        feature = {"type": "Feature", "properties": words, "geometry": shape}
        lines.append(json.dumps(feature, ensure_ascii=False, separators=(",", ":")))
    crs = json.dumps({"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}})
    path.write_text(
        f'{{"type":"FeatureCollection","crs":{crs},"features":[\n' + ",\n".join(lines) + "\n]}\n", encoding="utf-8"
    )
    return path


def write_demo_files(folder: Path, units: pd.DataFrame, world: dict[str, pd.DataFrame]) -> list[Path]:
    """Write the district into ``folder`` (made when missing) and give the paths, sorted by name.

    Parameters
    ----------
    folder
        Where to; files of the same names are replaced.
    units
        Columns ``code name kind parent_code geometry valid_from``; written as GeoJSON with polygons in EPSG:4490.
    world
        Kind of fact → its rows, with the fields of ``etl.sources`` as columns; words of the vocabulary become Chinese
        labels. Visits, samples and results become a CSV per calendar year, the others sheets of workbooks.

    Returns
    -------
    paths
        The files written, sorted by name.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chinese = {kind: _chinese(kind, frame) for kind, frame in world.items()}
    titles = shipped_table("words")["sheets"]
    paths = [_boundaries(folder / f"{kind_name('units', Lang.ZH)}.geojson", units)]
    for name, kinds in SHEETS.items():
        sheets = [(kind_name(kind, Lang.ZH), chinese[kind]) for kind in kinds if kind in chinese]
        if sheets:
            paths.append(_workbook(folder / f"{titles[name]}.xlsx", sheets))
    for kind, column in (("visits", "visited_on"), ("samples", "sampled_on"), ("results", "judged_on")):
        years = pd.Series([on.year for on in world[kind][column]])
        for year in sorted(years.unique()):
            path = folder / f"{kind_name(kind, Lang.ZH)}{year}.csv"
            paths.append(_csv(path, chinese[kind][(years == year).to_numpy()]))
    return sorted(paths)
