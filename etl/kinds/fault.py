"""What is wrong with one cell, or one row, of a file."""

from __future__ import annotations

from typing import NamedTuple

LONGEST_KEPT = 200


class Fault(NamedTuple):
    """A fault of one row before it knows its file: ``field`` is a field's name."""

    row: int
    field: str
    value: str
    key: str
    detail: str
