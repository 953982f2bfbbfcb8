"""What is kept of a cell, written for a person again: words by their labels."""

from __future__ import annotations

from collections.abc import Callable

from etl.kinds.answer_cells import ANSWER, show_answer
from etl.kinds.cell_types import Cell
from geodata.locale import Lang, label_of, read_catalogue, translate


def value_speller(cell: Cell, lang: Lang) -> Callable[[str | None], str]:
    """How what the database holds under a type of column is written for a person.

    Parameters
    ----------
    cell
        The type of the column.
    lang
        Language of the words.

    Returns
    -------
    spell
        Takes the database's text, of several parts with a comma between them; a word the vocabulary does not know ends
        in a ``KeyError`` or ``ValueError``.
    """
    if cell is ANSWER:
        return lambda said: show_answer(said, lang)
    words = cell.choices
    comma = translate("list.comma", lang)
    if words is not None:
        known = {each.value: label_of(each, lang) for each in words}
        return lambda said: comma.join(known[word] for word in said.split(",")) if said else ""
    if cell.name == "yes_no":
        yes, no = translate("Answer.yes", lang), translate("Answer.no", lang)
        return lambda said: "" if said is None else (yes if said == "true" else no)
    if cell.name == "codes":
        return lambda said: (said or "").replace(",", "、")
    return lambda said: said or ""


def spell_staged(cell: Cell, said: str, lang: Lang) -> str:
    """A value of the stage as a person would have written it; what could not be read is as it was written.

    Parameters
    ----------
    cell
        The type of its column.
    said
        Text of the staged value, ``{a,b}`` where the column holds several, or of the cell itself.
    lang
        Language of the words.

    Returns
    -------
    spelt
        The same where no word of the vocabulary is meant.
    """
    if cell.name == "item":
        return read_catalogue(lang).get(f"etl.heading.{said}", said)
    if cell.choices is None and cell.name != "codes":
        return said
    several = said.startswith("{") and said.endswith("}") and cell.sql.endswith("[]")
    try:
        return value_speller(cell, lang)(said[1:-1].replace('"', "") if several else said)
    except (KeyError, ValueError):
        return said
