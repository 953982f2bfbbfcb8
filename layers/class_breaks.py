"""Where a layer's classes part on a day: by the dated rule of its key, else by what the layer itself assumes."""

from __future__ import annotations

from datetime import date
from typing import Any

from geodata import rules
from geodata.errors import NotFound
from layers.layer import Layer


def layer_breaks(db: Any, layer: Layer, as_of: date) -> tuple[float, ...]:
    """The layer's breaks in force on a day.

    Parameters
    ----------
    db
        A connection of ``geodata.database.scope.read_transaction``.
    layer
        A layer of the catalogue, or one that no rule knows of yet.
    as_of
        The day the map shows, inclusive.

    Returns
    -------
    breaks
        Rates between the classes, rising, within 0 to 1: the rule ``class_breaks`` of its key, else its own.
    """
    try:
        return rules.class_breaks(db, layer.key, as_of)
    except NotFound:
        return layer.breaks
