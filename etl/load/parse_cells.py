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

from etl.kinds.cell_text import is_uncalculated, respell_cell
from etl.kinds.cell_types import Cell, CellFault
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
    """A parsed value as the text PostgreSQL reads it from.

    Parameters
    ----------
    value
        What a parser gave: text, number, day, moment, truth, or a tuple of words.

    Returns
    -------
    text
        As COPY takes it; None for NULL.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, tuple):
        return "{" + ",".join(value) + "}"
    return value.isoformat() if isinstance(value, date) else str(value)


def _one(text: str, cell: Cell, parse: Callable[[str], Any], respell: Respell) -> str | CellFault | None:
    if text.isalnum():
        cleaned = text  # most cells: nothing to take off, no formula
    else:
        if is_uncalculated(text):
            return CellFault("uncalculated")
        cleaned = cell.clean_cell(text)
        if not cleaned:
            return None
    try:
        return literal_text(parse(respell_cell(cleaned, respell)))
    except CellFault as fault:
        return fault


def parse_column(
    texts: pd.Series, field: Field, respell: Respell = (), signs: DecimalSigns | None = None
) -> tuple[npt.NDArray[np.object_], list[Fault]]:
    """The column's database texts (None: blank or faulty) and its faults.

    Parameters
    ----------
    texts
        Cells of one column (None: blank), index row number.
    field
        The field it is.
    respell
        How its cells are respelt before they are parsed.
    signs
        What the column's sheet says about decimal signs; without it, each number is read by itself.

    Returns
    -------
    values
        Shape (n,), in the order of ``texts``.
    faults
        One per faulty cell, with the value given (``***`` of a secret field); a blank cell is one where the field is
        always needed.
    """
    parse_one = field.cell.parse
    if signs is not None and field.cell.numeric:
        parse_one = lambda text: field.cell.parse(signs.settle_number(text, field.cell))  # noqa: E731
    places, found = pd.factorize(texts, use_na_sentinel=True)
    # one list: an Arrow array hands out its texts one by one, and slowly
    distinct = np.asarray(found, dtype=object).tolist()
    outcome = np.empty(len(distinct) + 1, dtype=object)
    outcome[:-1] = [_one(text, field.cell, parse_one, respell) for text in distinct]
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
    """All mapped columns of a chunk.

    Parameters
    ----------
    cells
        Texts or None in columns 0, 1, …, index row number.
    source
        The kind of fact; its ``frame`` adds columns of its own.
    columns
        Which column is which field.
    signs
        What the sheet says about decimal signs; without it, each number is read by itself.

    Returns
    -------
    parsed
        A column per field, and all faults of the cells.
    """
    if signs is not None:
        signs.look_at(cells)
    frame: dict[str, npt.NDArray[np.object_]] = {}
    faults: list[Fault] = []
    for each in columns:
        frame[each.field.name], met = parse_column(cells[each.place], each.field, each.respell, signs)
        faults += met
    faults += _percents_beside_another_unit(cells, columns, frame)
    parsed = pd.DataFrame(frame, index=cells.index, dtype=object)
    return Parsed(source.frame(parsed) if source.frame else parsed, faults)
