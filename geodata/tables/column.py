"""A column of a list: which field it is, and how a person and a program read its cells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

import pandas as pd

from geodata.levels import Level, current_levels
from geodata.locale import Lang, label_of, translate

Reading = Callable[[Any, Lang], Any]


def is_missing(value: Any) -> bool:
    """Whether a cell holds nothing; a list is never nothing.

    Parameters
    ----------
    value
        A cell of a frame.

    Returns
    -------
    missing
        True for None, NaN and NaT.
    """
    return value is None or (not isinstance(value, list) and bool(pd.isna(value)))


def plain_value(value: Any, _lang: Lang) -> Any:
    """The value as it is.

    Parameters
    ----------
    value
        The cell, not missing.
    _lang
        Not looked at: every reading is called alike.

    Returns
    -------
    value
        The very same.
    """
    return value


def word_reading(vocabulary: type[StrEnum | Level]) -> Reading:
    """How a cell that holds a word of a vocabulary is read.

    Parameters
    ----------
    vocabulary
        The vocabulary; a cell holds one of its words, as text.

    Returns
    -------
    read
        Gives the label in the language; ``ValueError`` for a word that is none of them.
    """
    return lambda value, lang: label_of(vocabulary(value), lang)


def word_column(vocabulary: type[StrEnum | Level]) -> Reading:
    """How a cell that holds several words of a vocabulary is read.

    Parameters
    ----------
    vocabulary
        The vocabulary; a cell holds a list of its words, as text.

    Returns
    -------
    read
        Gives the labels in their order, joined as the language does; ``ValueError`` for a word that is none of them.
    """
    return lambda value, lang: translate("list.comma", lang).join(label_of(vocabulary(item), lang) for item in value)


def yes_no(value: Any, lang: Lang) -> str:
    """A truth as a word.

    Parameters
    ----------
    value
        The cell; what Python takes for true is yes.
    lang
        The language wanted.

    Returns
    -------
    word
        Yes or no, from the catalogue.
    """
    return translate("api.yes" if value else "api.no", lang)


def read_day(value: Any, _lang: Lang) -> date:
    """A day without a clock.

    Parameters
    ----------
    value
        A day or a moment, not missing.
    _lang
        Not looked at: every reading is called alike.

    Returns
    -------
    day
        The calendar day as the moment's own clock tells it.
    """
    return pd.Timestamp(value).date()


@dataclass(frozen=True)
class Column:
    """One column: ``name`` is the field in the frame and in JSON.

    Its heading is ``<words>.<name>``; of a number of the indicator ``of`` (``overdue_rate``) the indicator's own label
    and the part's. ``rises`` is of a column of units: how many levels above the lowest they stand; its heading is
    what the installation calls that level.
    """

    name: str
    read: Reading = plain_value
    numeric: bool = False
    words: str = "ui.column"
    of: str = ""
    rises: int | None = None

    def heading_in(self, lang: Lang) -> str:
        """What stands over the column.

        Parameters
        ----------
        lang
            The language wanted.

        Returns
        -------
        text
            From the catalogue, under the column's ``words``; the name of a level for a column of units.
        """
        units = current_levels().units
        if self.rises is not None and self.rises < len(units):
            return label_of(units[-1 - self.rises], lang)
        if self.of:
            part = self.name.removeprefix(f"{self.of}_")
            return f"{translate(f'indicator.{self.of}.label', lang)} · {translate(f'{self.words}.{part}', lang)}"
        return translate(f"{self.words}.{self.name}", lang)

    def show_value(self, value: Any, lang: Lang) -> Any:
        """The cell for a person.

        Parameters
        ----------
        value
            The cell as the frame has it.
        lang
            The language wanted.

        Returns
        -------
        cell
            Label, day, number or text; None when there is nothing (None, NaN, NaT).
        """
        return None if is_missing(value) else self.read(value, lang)


def bare_column(value: Any) -> Any:
    """The cell for a program.

    Parameters
    ----------
    value
        The cell as the frame has it; a list is done item by item.

    Returns
    -------
    cell
        JSON's own kinds: days as ISO text, a moment as its day, nothing as null, vocabulary as code words.
    """
    if isinstance(value, str):
        return value
    if isinstance(value, Iterable):
        return [bare_column(item) for item in value]
    if is_missing(value):
        return None
    if isinstance(value, date):
        return (value.date() if isinstance(value, datetime) else value).isoformat()
    return value.item() if hasattr(value, "item") else value
