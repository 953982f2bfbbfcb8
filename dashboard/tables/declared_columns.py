"""Columns of lists as they are declared where they come from: on a model, or by an indicator."""

from __future__ import annotations

from sqlalchemy import ARRAY, Boolean, Date, DateTime, Float, Integer, Numeric
from sqlalchemy import Column as TableColumn
from sqlalchemy.orm import InstrumentedAttribute

from geodata.indicator import Extra
from geodata.indicators import get_indicator
from geodata.locale import Lang, read_catalogue
from geodata.models.base import VOCABULARY
from geodata.tables.column import Column, Reading, plain_value, read_day, word_column, word_reading, yes_no

_READ: dict[str, Reading] = {"text": plain_value, "number": plain_value, "day": read_day, "yes_no": yes_no}


def stored_column(stored: InstrumentedAttribute[object], name: str = "", words: str = "ui.column") -> Column:
    """The column of a list that holds a column of a table.

    Parameters
    ----------
    stored
        The model's attribute; its type and the vocabulary of its check say how a cell is read.
    name
        Of the field in the list; as in the table where it is left out.
    words
        Under which its heading stands.

    Returns
    -------
    column
        A day for a day or a moment, yes or no for a truth, the label of a word, a number; else as it is.
    """
    kept: TableColumn[object] = stored.property.columns[0]
    numeric = isinstance(kept.type, Float | Integer | Numeric)
    return Column(name or kept.name, _reading(kept), numeric=numeric, words=words)


def _reading(kept: TableColumn[object]) -> Reading:
    checks = (check.info.get(VOCABULARY) for check in kept.table.constraints)  # type: ignore[attr-defined]
    vocabulary = {told[0]: told[1] for told in checks if told}.get(kept.name)
    if vocabulary is not None:
        return word_column(vocabulary) if isinstance(kept.type, ARRAY) else word_reading(vocabulary)
    if isinstance(kept.type, Boolean):
        return yes_no
    return read_day if isinstance(kept.type, Date | DateTime) else plain_value


def state_column(key: str, name: str = "state") -> Column:
    """The column that tells the state an indicator gives a row.

    Parameters
    ----------
    key
        Of the indicator.
    name
        Of the field in the list.

    Returns
    -------
    column
        Read as the label of the indicator's states.

    Raises
    ------
    NotFound
        No indicator has that key.
    """
    return Column(name, word_reading(get_indicator(key).states))


def own_columns(key: str) -> tuple[Column, ...]:
    """The columns by which an indicator explains a row, as it declares them.

    Parameters
    ----------
    key
        Of the indicator.

    Returns
    -------
    columns
        Those it lists, in its order; under words of its own where there are any.

    Raises
    ------
    NotFound
        No indicator has that key.
    """
    return tuple(_own(key, each) for each in get_indicator(key).extra if each.listed)


def _own(key: str, extra: Extra) -> Column:
    own = f"indicator.{key}.column"
    words = own if f"{own}.{extra.name}" in read_catalogue(Lang.ZH) else "ui.column"
    if isinstance(extra.kind, str):
        return Column(extra.name, _READ[extra.kind], numeric=extra.kind == "number", words=words)
    return Column(extra.name, word_column(extra.kind) if extra.many else word_reading(extra.kind), words=words)
