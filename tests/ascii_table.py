"""Tables as people draw them: ``a | b`` lines under a heading line; blank cells are None."""

from __future__ import annotations

from typing import Any

import pandas as pd


def rows(table: str) -> list[dict[str, str | None]]:
    """The table's rows as dicts of strings, blank cells None."""
    lines = [
        line.strip() for line in table.strip().splitlines() if line.strip() and not set(line.strip()) <= set("-|+ ")
    ]
    heading, *body = [[cell.strip() or None for cell in line.split("|")] for line in lines]
    for line in body:
        assert len(line) == len(heading), f"{line} has not the columns {heading}"
    return [dict(zip([str(name) for name in heading], line, strict=True)) for line in body]


def shown(frame: pd.DataFrame, columns: list[str]) -> list[dict[str, str | None]]:
    """The frame's columns as the strings a table would hold, in the frame's order."""
    return [{name: _text(row[name]) for name in columns} for row in frame.reset_index().to_dict("records")]


def _text(value: Any) -> str | None:
    if value is None or value is pd.NaT or (isinstance(value, float) and pd.isna(value)):
        return None
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ",".join(map(str, value)) or None
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else f"{value:.3f}"
    return str(value)
