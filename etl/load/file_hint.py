"""What looks wrong about a file as a whole although every row may be right: said, never settled by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geodata.levels import Level
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import Datum

_OF_DATUM = frozenset({"points", "boundaries"})
"""Hints about a datum that the load was told; one that a mapping converts is mended in the mapping."""


@dataclass(frozen=True)
class Hint:
    """Something noticed, by the catalogue key of its sentence (``etl.hint.<key>``) and the values of its places."""

    key: str
    values: Mapping[str, object]

    @property
    def offers(self) -> Datum | None:
        """The datum that a load could declare instead; None where none would help."""
        return Datum(str(self.values["likely"])) if self.key in _OF_DATUM else None

    def to_sentence(self, lang: Lang | str) -> str:
        """What was noticed and what to do.

        Parameters
        ----------
        lang
            The language to say it in.

        Returns
        -------
        sentence
            From the catalogue, ``etl.hint.<key>``.
        """
        told = {
            name: label_of(Level(str(each)), lang) if name == "level" else each for name, each in self.values.items()
        }
        return translate(f"etl.hint.{self.key}", lang, **told)
