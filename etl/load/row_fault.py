"""A fault of a row, in words a person can act on: where it is, what is wrong, what to do."""

from __future__ import annotations

from dataclasses import dataclass

from etl.kinds.spelt_value import spell_staged
from etl.recognise.field_words import field_heading
from etl.sources import discover
from geodata.levels import Level, current_levels
from geodata.locale import Lang, label_of, translate
from geodata.settings import settings

_SHOWN = 80

Place = tuple[float, float]
"""Longitude and latitude in degrees, EPSG:4490."""


@dataclass(frozen=True)
class Reject:
    """One fault: file, sheet, row (as the person's spreadsheet numbers it), column, value, and the sentence's key."""

    file: str
    sheet: str
    row: int
    kind: str
    field: str
    column: str
    value: str
    fault: str
    detail: str = ""
    place: Place | None = None
    """Where the row lies, when it says so."""

    def _said(self, part: str, lang: Lang | None) -> str:
        level = self.detail in current_levels().units
        detail = label_of(Level(self.detail), lang or settings().lang) if level else self.detail
        return translate(
            f"etl.fault.{self.fault}.{part}",
            lang or settings().lang,
            value=self.show_value(lang),
            detail=_on_a_line(detail),
            column=_on_a_line(self.column),
        )

    def show_value(self, lang: Lang | None = None) -> str:
        """The value as a person would have written it, shortened for a sentence and on one line.

        Parameters
        ----------
        lang
            The language of a vocabulary's words; None: that of the settings.

        Returns
        -------
        shown
            At most 80 signs and an ellipsis.
        """
        cell = discover()[self.kind].cell_of(self.field)
        said = spell_staged(cell, self.value, lang or settings().lang) if cell else self.value
        return _on_a_line(said if len(said) <= _SHOWN else f"{said[:_SHOWN]}…")

    @property
    def reason(self) -> str:
        """What is wrong, in the language of the settings."""
        return self._said("reason", None)

    @property
    def remedy(self) -> str:
        """What to do about it, in the language of the settings."""
        return self._said("remedy", None)

    def to_sentence(self, lang: Lang | None = None) -> str:
        """Where, what and how to mend it, in one sentence.

        Parameters
        ----------
        lang
            The language to say it in; None: that of the settings.

        Returns
        -------
        sentence
            On one line, the value shortened to 80 signs.
        """
        said = lang or settings().lang
        return translate(
            "etl.fault_sentence.sheet" if self.sheet else "etl.fault_sentence.file",
            said,
            file=self.file,
            sheet=self.sheet,
            row=self.row,
            column=_on_a_line(self.column),
            reason=self._said("reason", said),
            remedy=self._said("remedy", said),
        )


def _on_a_line(said: str) -> str:
    """Text of a file without line ends and signs nobody sees, which could turn a sentence around."""
    return said if said.isprintable() else "".join(sign if sign.isprintable() else " " for sign in said)


def column_title(kind: str, field: str, titles: dict[str, str]) -> str:
    """The heading to blame: the file's own for that field, else the usual one.

    Parameters
    ----------
    kind
        A kind of fact.
    field
        Name of a field of it.
    titles
        Field name → heading in the file.

    Returns
    -------
    heading
        In the language of the settings where the file has none.
    """
    return titles.get(field) or field_heading(kind, field)
