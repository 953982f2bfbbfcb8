"""A length of time that a law or a rule grants: how much of what, from which event on, and who says so."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.errors import UserError
from geodata.locale import Lang, label_of, translate
from geodata.vocabulary import DurationUnit, StartEvent

LONGEST = 3650
"""Days or hours; whatever is longer is a slip of the pen, and some would not fit into a calendar."""


@dataclass(frozen=True)
class Duration:
    """``amount`` of ``unit`` from ``starts_with`` on; ``source`` is the law, document or rule it follows from.

    The unit is said, never guessed from a law's bare 日: the two, three, five and seven 日 of 行政处罚法 (art 85) and
    those up to ten of 行政强制法 (art 69) are working days, thirty or ninety are calendar days.

    Raises
    ------
    UserError
        The amount is no whole number from 0 to ``LONGEST``, or there is no source.
    """

    amount: int
    unit: DurationUnit
    starts_with: StartEvent
    source: str

    def __post_init__(self) -> None:
        if not 0 <= self.amount <= LONGEST or self.amount != int(self.amount):
            raise UserError("deadline.error.amount", amount=self.amount, most=LONGEST)
        if not self.source.strip():
            raise UserError("deadline.error.source")
        object.__setattr__(self, "amount", int(self.amount))  # a rule may say 20.0


def duration_text(duration: Duration, lang: Lang | str) -> str:
    """A duration as a person says it.

    Parameters
    ----------
    duration
        The duration.
    lang
        The language wanted.

    Returns
    -------
    words
        Its length and its event, without the source.
    """
    length = translate(f"deadline.{duration.unit.value}", lang, n=duration.amount)
    return translate("deadline.from_event", lang, length=length, event=label_of(duration.starts_with, lang))
