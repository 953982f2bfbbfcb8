"""Lines among the rows that state no fact: a total, or the headings said again. Each is one fault, told by name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence

import pandas as pd

from etl.kinds.fault import Fault
from etl.recognise.headings import Mapped, fold_heading, names_field

_TOTALS = frozenset(
    {"合计", "总计", "小计", "共计", "累计", "本页合计", "total", "totals", "subtotal", "sum", "grandtotal"}
)
_FIGURE = re.compile(r"\d")
# a total's word stands in one of the first columns, whatever is left blank before it
_COLUMNS_LOOKED_AT = 4


def _is_total(cell: str) -> bool:
    return "".join(unicodedata.normalize("NFKC", cell).casefold().split()).rstrip(":") in _TOTALS


def _rows(column: pd.Series, meant: Callable[[str], bool]) -> list[int]:
    """Row numbers of a column's cells that are meant; each distinct text is looked at once."""
    # neither a total's word nor a heading has a figure in it, and nearly every cell of a first column has
    found = [text for text in column.dropna().unique() if not _FIGURE.search(text) and meant(text)]
    return [int(row) for row in column.index[column.isin(found)]] if found else []


def total_rows(cells: pd.DataFrame) -> dict[int, str]:
    """Row number → the word of a total that stands first in the row.

    Parameters
    ----------
    cells
        A chunk's texts (None: blank), index row number.

    Returns
    -------
    totals
        In no order; only the first four columns are looked at.
    """
    found: dict[int, str] = {}
    for place in range(min(_COLUMNS_LOOKED_AT, cells.shape[1])):
        for row in _rows(cells[place], _is_total):
            if cells.loc[row, : place - 1].isna().all() if place else True:
                found[row] = str(cells.loc[row, place])
    return found


def _is_heading(kind: str, text: str, column: Mapped) -> bool:
    return fold_heading(text) == fold_heading(column.heading) or names_field(kind, text, column.field.name)


def find_non_fact_rows(
    cells: pd.DataFrame, kind: str, columns: Sequence[Mapped], *, totals: bool = True
) -> list[Fault]:
    """The faults of rows that are no facts.

    Parameters
    ----------
    cells
        A chunk's texts (None: blank), index row number.
    kind
        The kind of fact.
    columns
        The columns recognised, at least one.
    totals
        Whether totals are looked for too, which is done in the sheet as it stands in the file.

    Returns
    -------
    faults
        One per row, of key ``total_row``, or ``headings_again`` where more than half of the columns say a heading.
    """
    first = columns[0]
    said = total_rows(cells) if totals else {}
    faults = {row: Fault(row, first.field.name, word, "total_row", "") for row, word in said.items()}
    for row in _rows(cells[first.place], lambda text: _is_heading(kind, text, first)):
        again = [_is_heading(kind, str(cells.loc[row, each.place]), each) for each in columns]
        if sum(again) * 2 > len(columns):
            faults[row] = Fault(row, first.field.name, str(cells.loc[row, first.place]), "headings_again", "")
    return list(faults.values())
