"""A cell with several codes, in the order written."""

from __future__ import annotations

import re

from etl.kinds.cell_types import CODE, Cell, CellFault

_PARTED = re.compile(r"[、,，;；/|\s]+")
_MOST = 20


def _codes(value: str) -> tuple[str, ...]:
    parts = tuple(CODE.parse(part) for part in _PARTED.split(value) if part)
    if not parts or len(parts) > _MOST:
        raise CellFault("out_of_range", f"1–{_MOST}")
    return parts


CODES = Cell("codes", "text[]", _codes, as_text=True)
"""Codes separated by 、 , ; / or blanks; the value is a tuple of 1 to 20, with repeats, ``text[]`` in the database."""
