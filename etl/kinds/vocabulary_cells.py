"""Cells that hold words of a vocabulary, by code word or by label in either language."""

from __future__ import annotations

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

from etl.kinds.cell_types import Cell, CellFault
from geodata.levels import Levels, current_levels
from geodata.locale import label_of, spellings_of, translate
from geodata.settings import settings


def known_spellings(words: type[StrEnum]) -> dict[str, str]:
    """Every accepted spelling (code word, Chinese and English label; folded) → the code word.

    Parameters
    ----------
    words
        A vocabulary, such as ``Risk``.

    Returns
    -------
    spellings
        With labels as this installation says them and as others do. Shared: never changed in place.
    """
    return _spellings_where(words, current_levels())


@lru_cache(maxsize=128)
def _spellings_where(words: type[StrEnum], _levels: Levels) -> dict[str, str]:
    """The spellings where an installation's levels are in use: a label may name one."""
    labels = {word: spellings_of(f"{words.__name__}.{word.value}") for word in words}
    return {_folded(spelt): word.value for word in words for spelt in (word.value, *labels[word])}


def _folded(value: str) -> str:
    return re.sub(r"[\s_-]+", "_", unicodedata.normalize("NFKC", value).strip().casefold())


def _known(words: type[StrEnum], value: str) -> str:
    code = known_spellings(words).get(_folded(value))
    if code is None:
        raise CellFault(
            "not_a_word", translate("list.comma").join(label_of(member, settings().lang) for member in words)
        )
    return code


def word_cell(words: type[StrEnum]) -> Cell:
    """One word of a vocabulary, by its code word or its label in either language.

    Parameters
    ----------
    words
        A vocabulary, such as ``Risk``.

    Returns
    -------
    cell
        Its values are code words; text in the database.
    """
    return Cell("word", "text", lambda value: _known(words, value), choices=words)


def words_list(words: type[StrEnum]) -> Cell:
    """Several words separated by 、 , ; or /; the value is a tuple without repeats, in vocabulary order.

    Parameters
    ----------
    words
        A vocabulary, such as ``Sector``.

    Returns
    -------
    cell
        Its values are tuples of code words, never empty; ``text[]`` in the database.
    """

    def parse(value: str) -> tuple[str, ...]:
        parts = [part for part in re.split(r"[、,，;；/|]", value) if part.strip()]
        said = {_known(words, part) for part in parts}
        if not said:
            raise CellFault("not_a_word", "")
        return tuple(member.value for member in words if member.value in said)

    return Cell("words", "text[]", parse, choices=words)
