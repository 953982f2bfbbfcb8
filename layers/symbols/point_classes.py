"""The kinds of point: what each is called, how it looks, and which of them a layer tells apart."""

from __future__ import annotations

from dataclasses import dataclass

from geodata.locale import Lang, translate
from geodata.vocabulary import DueState, VisitState
from layers.layer import PointRule
from layers.symbols.point_shapes import PointShape

RIM = 1.6
"""Width of the paper-coloured edge around every point, in CSS pixels."""


@dataclass(frozen=True)
class PointClass:
    """One kind of point: token of its colour in a theme, diameter in CSS pixels, shape, and word ``layers.point.*``."""

    key: str
    token: str
    size: float
    shape: PointShape = PointShape.CIRCLE

    @property
    def picture(self) -> str:
        """Name of its picture in the sprite of :mod:`layers.symbols.sprite`."""
        return f"point-{self.key}"

    def label_in(self, lang: Lang | str) -> str:
        """The word shown in legend and hover.

        Parameters
        ----------
        lang
            Language of the word.

        Returns
        -------
        word
            Of the catalogue.
        """
        return translate(f"layers.point.{self.key}", lang)


CLASSES: dict[PointRule, tuple[PointClass, ...]] = {
    PointRule.DUE: (
        PointClass("due_paused", "mute", 5, PointShape.FALLING),
        PointClass("due_ok", "ok", 5.5),
        PointClass("due_open", "accent", 6),
        PointClass("due_soon", "warn", 6.5, PointShape.SQUARE),
        PointClass("due_never", "never", 7.5, PointShape.CROSS),
        PointClass("due_overdue", "danger", 7.5, PointShape.TRIANGLE),
        PointClass("due_severe", "severe", 8.5, PointShape.DIAMOND),
    ),
    PointRule.COVERED: (
        PointClass("covered_paused", "mute", 5, PointShape.FALLING),
        PointClass("covered_yes", "ok", 5.5),
        PointClass("covered_no", "danger", 7.5, PointShape.TRIANGLE),
    ),
    PointRule.FAILED: (
        PointClass("failed_no", "mute", 5),
        PointClass("failed_yes", "danger", 8.5, PointShape.DIAMOND),
    ),
    PointRule.CHAIN: (
        PointClass("chain_no", "ok", 5.5),
        PointClass("chain_yes", "danger", 8, PointShape.TRIANGLE),
    ),
    PointRule.TRADING: (
        PointClass("trading_no", "mute", 5, PointShape.FALLING),
        PointClass("trading_yes", "accent", 5.5),
    ),
}
"""Per rule, from the least to the most pressing; no two of a rule share both colour and shape."""

DUE_KEYS = {
    DueState.PAUSED: "due_paused",
    DueState.NOT_DUE: "due_ok",
    DueState.OPEN: "due_open",
    DueState.DUE_SOON: "due_soon",
    DueState.OVERDUE: "due_overdue",
    DueState.NEVER: "due_never",
    DueState.SEVERE: "due_severe",
}
COVERED_KEYS = {
    VisitState.PAUSED: "covered_paused",
    VisitState.VISITED: "covered_yes",
    VisitState.NOT_VISITED: "covered_no",
}
TRADING_KEYS = {state: "trading_no" if state is DueState.PAUSED else "trading_yes" for state in DueState}


def every_class() -> list[PointClass]:
    """All kinds of point of all rules.

    Returns
    -------
    classes
        Each once, rule by rule.
    """
    return [entry for entries in CLASSES.values() for entry in entries]
