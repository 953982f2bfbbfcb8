"""Cells of a checklist: the answer under one item with its note, and the item a finding is under."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from enum import StrEnum

from etl.kinds.cell_types import Cell, CellFault
from etl.kinds.source import Field
from etl.kinds.vocabulary_cells import word_cell
from geodata.locale import Lang, label_of, read_catalogue
from geodata.models.checklists import ITEM_KEY
from geodata.signs.refused_signs import refused_sign


class Answer(StrEnum):
    """What is said of one item."""

    YES = "yes"
    NO = "no"
    NA = "na"


LONGEST_NOTE = 500
_SIGNS = {"√": Answer.YES, "✓": Answer.YES, "×": Answer.NO, "✗": Answer.NO, "/": Answer.NA, "—": Answer.NA}
"""How a sheet of paper is ticked."""
_PARTS = re.compile(r"([^:：]*)(?:[:：](.*))?", re.DOTALL)
_KEYED = re.compile(rf"[【\[]\s*({ITEM_KEY})\s*[】\]]\s*$")
_WORD = word_cell(Answer)
ITEM_FIELD = "item_"
"""Before the key of an item in the name of a field that no code names."""


def _answer(value: str) -> str:
    said, note = _PARTS.fullmatch(value).groups()  # type: ignore[union-attr]
    word = unicodedata.normalize("NFKC", said).strip()
    kept = " ".join((note or "").split())
    if len(kept) > LONGEST_NOTE:
        raise CellFault("too_long", str(LONGEST_NOTE))
    if sign := refused_sign(kept):
        raise CellFault("refused_sign", sign)
    if not word and kept:
        return f"\n{kept}"
    answer = str(_SIGNS.get(word) or _WORD.parse(word))
    return f"{answer}\n{kept}" if kept else answer


ANSWER = Cell("answer", "text", _answer, choices=Answer, verbatim=True)
"""``yes``, ``no`` or ``na``, and behind a line end the note; a note may stand alone."""


def show_answer(said: str | None, lang: Lang) -> str:
    """An answer and its note as a cell says them, so that they are read again as they were.

    Parameters
    ----------
    said
        As ``ANSWER`` gives it; None: nothing.
    lang
        The language of the word.

    Returns
    -------
    text
        Maybe empty.
    """
    word, _, note = (said or "").partition("\n")
    shown = label_of(Answer(word), lang) if word else ""
    return f"{shown}{'：' if lang is Lang.ZH else ': '}{note}" if note else shown


def item_heading(wording: str, key: str) -> str:
    """The heading over the column of an item that no code names.

    Parameters
    ----------
    wording, key
        What the list says; the item's key, by which the column is read again.

    Returns
    -------
    heading
        ``wording【key】``.
    """
    return f"{wording}【{key}】"


def item_key(title: str) -> str | None:
    """The key of the item a text ends with, in brackets.

    Parameters
    ----------
    title
        A heading, or the item of a finding.

    Returns
    -------
    key
        None where the text names none.
    """
    found = _KEYED.search(unicodedata.normalize("NFKC", title))
    return found[1] if found else None


def item_field(title: str) -> Field | None:
    """The field of a column whose heading ends with the key of an item.

    Parameters
    ----------
    title
        A heading.

    Returns
    -------
    field
        Its name is the key behind ``ITEM_FIELD``; None where the heading names no item.
    """
    key = item_key(title)
    return Field(f"{ITEM_FIELD}{key}", ANSWER) if key else None


def item_cell(named: Iterable[str]) -> Cell:
    """The item something is under: its key, a heading of it, or its wording.

    Parameters
    ----------
    named
        Keys of items that the catalogue has headings for.

    Returns
    -------
    cell
        Its values are keys where the text tells one, else the text, for the database to find among wordings.
    """
    known = {read_catalogue(lang)[f"etl.heading.{key}"].casefold(): key for key in named for lang in Lang}

    def parse(value: str) -> str:
        plain = unicodedata.normalize("NFKC", value).strip()
        if len(plain) > LONGEST_NOTE:
            raise CellFault("too_long", str(LONGEST_NOTE))
        return item_key(plain) or known.get(plain.casefold(), value)

    return Cell("item", "text", parse, verbatim=True)
