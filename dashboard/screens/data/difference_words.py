"""What would change, in the words of the office: which row, and each value as a person says it."""

from __future__ import annotations

import json
import re
from datetime import date, timedelta

from etl.load.batch_differences import Difference
from etl.sources import discover
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import Datum

_NONE = "—"
_RANGE = re.compile(r"[\[(]([^,]*),([^,]*)[\])]")
_YES_NO = {"True": "yes", "False": "no"}
_DATUMS = {datum.value for datum in Datum}


def key_said(said: str) -> str:
    """A row's key without the signs of a list.

    Parameters
    ----------
    said
        The key's parts as a JSON list.

    Returns
    -------
    words
        The parts, parted by blanks.
    """
    return " ".join(str(part) for part in json.loads(said))


def value_said(kind: str, each: Difference, text: str | None, lang: Lang) -> str:
    """A value as a person says it: words of a vocabulary by their labels, yes and no, days up to the last one.

    Parameters
    ----------
    kind
        The kind of fact.
    each
        The difference; its column says how the value is read.
    text
        The value as the database writes it; None: there is none.
    lang
        Language of the words.

    Returns
    -------
    words
        Both days of a period inclusive, whose end the database holds as exclusive; ``—`` for nothing.
    """
    if text is None:
        return _NONE
    if text in _YES_NO:
        return translate(f"Answer.{_YES_NO[text]}", lang)
    if each.column == "valid" and (found := _RANGE.fullmatch(text)):
        last = str(date.fromisoformat(found[2]) - timedelta(days=1)) if found[2] else _NONE
        return f"{found[1] or _NONE} – {last}"
    if each.column == "source_datum" and text in _DATUMS:
        return label_of(Datum(text), lang)
    choices = {field.name: field.cell.choices for field in discover()[kind].fields}.get(each.column)
    if choices is None:
        return text or _NONE
    words = {word.value for word in choices}
    return translate("list.comma", lang).join(
        label_of(choices(part), lang) if part in words else part for part in text.split(", ")
    )
