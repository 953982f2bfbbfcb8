"""What looks wrong about a file as a whole although every row may be right: said, never settled by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from geodata.vocabulary import Level
from geodata.words import Lang, label, say


@dataclass(frozen=True)
class Hint:
    """Something noticed, by the catalogue key of its sentence (``etl.hint.<key>``) and the values of its places."""

    key: str
    values: Mapping[str, object]

    def sentence(self, lang: Lang | str) -> str:
        """What was noticed and what to do."""
        told = {name: label(each, lang) if isinstance(each, Level) else each for name, each in self.values.items()}
        return say(f"etl.hint.{self.key}", lang, **told)
