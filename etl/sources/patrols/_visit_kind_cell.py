"""The cell of a visit's kind: the words of today, and a sentence about the word that is none any more."""

from __future__ import annotations

from dataclasses import replace

from etl.kinds.cell_types import Cell, CellFault
from etl.kinds.vocabulary_cells import known_spellings, word_cell
from geodata.vocabulary import VisitKind
from geodata.words.visit_words import FormerVisitKind

SPELT_OTHERWISE = {
    "整改复查": VisitKind.RECHECK,
    "日常巡查": VisitKind.PATROL,
    "涉企行政检查": VisitKind.ADMINISTRATIVE_CHECK,
}
"""Other words of the field for the same acts."""
ENDED = frozenset({"执法检查", "日常检查"})
"""What is no kind, as the former ones are none: whether it was an administrative check only the office knows."""

_WORD = word_cell(VisitKind)


def _kind(value: str) -> str:
    if value in SPELT_OTHERWISE:
        return SPELT_OTHERWISE[value].value
    if value in ENDED or value.casefold().replace(" ", "_") in known_spellings(FormerVisitKind):
        raise CellFault("kind_ended")
    return str(_WORD.parse(value))


VISIT_KIND: Cell = replace(_WORD, parse=_kind)
"""Values are code words of ``VisitKind``."""
