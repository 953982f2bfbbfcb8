"""Text cells → typed columns ready for the database, each distinct text parsed once; faults are collected."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from etl.kinds.cell_types import CellFault, clean_text, respell_cell, uncalculated
from etl.kinds.fault import LONGEST_KEPT, Fault
from etl.kinds.source import Field, Need, Respell, Source
from etl.load.decimal_signs import DecimalSigns
from etl.recognise.headings import Mapped


@dataclass(frozen=True)
class Parsed:
    """``frame``: index row number, one column of database texts (or None) per field; and the faults met."""

    frame: pd.DataFrame
    faults: list[Fault]


def literal_text(value: Any) -> str | None:
    """A parsed value as the text PostgreSQL reads it from."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        return "{" + ",".join(value) + "}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _one(text: str, parse: Callable[[str], Any], respell: Respell) -> str | CellFault | None:
    if text.isalnum():
        cleaned = text  # most cells: nothing to take off, no formula
    else:
        if uncalculated(text):
            return CellFault("uncalculated")
        cleaned = clean_text(text)
        if not cleaned:
            return None
    try:
        return literal_text(parse(respell_cell(cleaned, respell)))
    except CellFault as fault:
        return fault


def parse_column(
    texts: pd.Series, field: Field, respell: Respell = (), signs: DecimalSigns | None = None
) -> tuple[npt.NDArray[np.object_], list[Fault]]:
    """The column's database texts (None: blank or faulty) and its faults; ``texts`` is indexed by row number.

    ``signs``: what the column's sheet says about decimal signs; without it, each number is read by itself.
    """
    parse_one = field.cell.parse
    if signs is not None and field.cell.numeric:
        parse_one = lambda text: field.cell.parse(signs.settled(text, field.cell))  # noqa: E731
    places, found = pd.factorize(texts, use_na_sentinel=True)
    # one list: an Arrow array hands out its texts one by one, and slowly
    distinct = np.asarray(found, dtype=object).tolist()
    outcome = np.empty(len(distinct) + 1, dtype=object)
    outcome[:-1] = [_one(text, parse_one, respell) for text in distinct]
    values: npt.NDArray[np.object_] = outcome[places]
    rows = np.asarray(texts.index)
    faults = []
    faulty = np.fromiter((isinstance(each, CellFault) for each in outcome), dtype=bool, count=len(outcome))
    if faulty.any():
        for at in np.flatnonzero(faulty[places]):
            given = "***" if field.secret else str(distinct[places[at]])[:LONGEST_KEPT]
            faults.append(Fault(int(rows[at]), field.name, given, values[at].key, values[at].detail))
            values[at] = None
    if field.need is Need.ALWAYS:
        blank = np.fromiter((each is None for each in outcome), dtype=bool, count=len(outcome))
        faults += [Fault(int(row), field.name, "", "blank", "") for row in rows[blank[places]]]
    return values, faults


_PERCENT = r"[%％﹪]\s*$"
_PERCENT_WORDS = ("%", "百分", "percent")


def _percents_beside_another_unit(
    cells: pd.DataFrame, columns: Sequence[Mapped], frame: dict[str, npt.NDArray[np.object_]]
) -> list[Fault]:
    """A percent is read as shown, so its unit must be %: 12.3% of a kilogram is not 12.3 mg/kg."""
    found = []
    for each in columns:
        if not each.field.cell.percent_beside:
            continue
        texts = cells[each.place]
        units = frame.get(each.field.cell.percent_beside, np.full(len(cells), None, dtype=object))
        for at in np.flatnonzero(texts.str.contains(_PERCENT, na=False).to_numpy(dtype=bool)):
            unit = unicodedata.normalize("NFKC", units[at] or "").casefold()
            if not unit.startswith(_PERCENT_WORDS) and frame[each.field.name][at] is not None:
                row, given = int(texts.index[int(at)]), str(texts.iloc[at])[:LONGEST_KEPT]
                found.append(Fault(row, each.field.name, given, "percent_beside_unit", units[at] or "–"))
                frame[each.field.name][at] = None
    return found


def parse_cells(
    cells: pd.DataFrame, source: Source, columns: Sequence[Mapped], signs: DecimalSigns | None = None
) -> Parsed:
    """All mapped columns of a chunk; ``signs`` as in :func:`parse_column`."""
    if signs is not None:
        signs.look(cells)
    frame: dict[str, npt.NDArray[np.object_]] = {}
    faults: list[Fault] = []
    for each in columns:
        frame[each.field.name], met = parse_column(cells[each.place], each.field, each.respell, signs)
        faults += met
    faults += _percents_beside_another_unit(cells, columns, frame)
    parsed = pd.DataFrame(frame, index=cells.index, dtype=object)
    return Parsed(source.frame(parsed) if source.frame else parsed, faults)
