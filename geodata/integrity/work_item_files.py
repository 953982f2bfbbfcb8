"""The work list as a file: CSV and workbook for people, GeoJSON for a map."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import partial
from io import StringIO
from pathlib import Path

import geopandas as gpd
import pandas as pd
import shapely

from geodata.errors import UserError
from geodata.integrity.work_list import format_size
from geodata.locale import Lang, label_of, translate
from geodata.tables.csv_rows import write_csv_rows
from geodata.tables.workbook import workbook_bytes
from geodata.vocabulary import WorkState

COLUMNS = (
    *("item_no", "check_name", "unit_code", "unit_name", "town_name", "state", "size", "what", "mend"),
    *("first_seen_on", "last_seen_on", "owner_name", "due_on", "reason", "note", "lon", "lat"),
)


class Format(StrEnum):
    """How the list is written."""

    CSV = "csv"
    GEOJSON = "geojson"
    XLSX = "xlsx"


def format_of(out: Path, said: Format | None) -> Format:
    """The format said, else the one the file's name ends in.

    Parameters
    ----------
    out
        The file to be written.
    said
        The format asked for; it goes before the file's name. None: not said.

    Returns
    -------
    format
        By the ending ``.csv``, ``.geojson`` or ``.xlsx`` in either case of letters when nothing is said.

    Raises
    ------
    UserError
        Neither tells.
    """
    ending = out.suffix.lower().removeprefix(".")
    if said is None and ending not in list(Format):
        raise UserError("etl.integrity.which_format", file=out)
    return said or Format(ending)


def write_text(found: gpd.GeoDataFrame, form: Format, lang: Lang) -> str:
    """The work list as the text of a CSV or GeoJSON file.

    Parameters
    ----------
    found
        Rows of ``list_work_items``; geometry EPSG:4490.
    form
        ``GEOJSON``; any other gives CSV.
    lang
        The language of headings and words.

    Returns
    -------
    text
        CSV has the columns ``COLUMNS``, its ``lon`` and ``lat`` a point inside the fault in degrees to six places.
        GeoJSON has all of the frame's, days as ISO text, ``details`` as JSON in a text.
    """
    if form is Format.GEOJSON:
        days = {name: found[name].astype(str).where(found[name].notna(), None) for name in _days(found)}
        shown = found.assign(**days, details=found["details"].map(partial(json.dumps, ensure_ascii=False)))
        return str(shown.to_json(drop_id=True, ensure_ascii=False))
    table = _table(found, lang)
    text = StringIO()
    write_csv_rows(text, _headings(lang), table.itertuples(index=False))
    return text.getvalue()


def write_file(found: gpd.GeoDataFrame, out: Path, form: Format, lang: Lang) -> None:
    """Write the work list to a file, making its folder.

    Parameters
    ----------
    found
        Rows of ``list_work_items``; geometry EPSG:4490.
    out
        The file; one that is there is replaced.
    form
        How it is written; CSV in UTF-8 with a byte order mark, GeoJSON in UTF-8 without.
    lang
        The language of headings and words.

    Raises
    ------
    UserError
        It cannot be written there, or has more rows than a sheet holds.
    """
    if form is Format.XLSX:
        rows = _table(found, lang).itertuples(index=False)
        content = workbook_bytes([(translate("etl.integrity.cli.check_column", lang), _headings(lang), rows)])
    else:
        # a spreadsheet takes a CSV without the mark for the machine's own encoding
        content = write_text(found, form, lang).encode("utf-8-sig" if form is Format.CSV else "utf-8")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(content)
    except OSError as error:
        raise UserError("etl.cannot_write", file=out, why=error.strerror) from error


def _days(found: gpd.GeoDataFrame) -> list[str]:
    return [name for name in found.columns if name.endswith("_on")]


def _table(found: gpd.GeoDataFrame, lang: Lang) -> pd.DataFrame:
    """The columns a person reads, as text; the place as a point inside the fault, in degrees (EPSG:4490)."""
    spots = shapely.point_on_surface(found.geometry.to_numpy())
    texts = {
        "state": [label_of(WorkState(state), lang) for state in found["state"]],
        "size": [format_size(size, unit, lang) for size, unit in zip(found["size"], found["size_unit"], strict=True)],
        "lon": [_degrees(x) for x in shapely.get_x(spots)],
        "lat": [_degrees(y) for y in shapely.get_y(spots)],
    }
    return pd.DataFrame(
        {
            name: texts.get(name) or ["" if pd.isna(cell) else str(cell) for cell in found.get(name, [])]
            for name in COLUMNS
        }
    )


def _degrees(number: float) -> str:
    return "" if pd.isna(number) else f"{number:.6f}"


def _headings(lang: Lang) -> list[str]:
    return [translate(f"work.column.{name}", lang) for name in COLUMNS]
