"""The values of typed files (databases, GeoPackage, Parquet) as the text a person would have typed."""

from __future__ import annotations

import json
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd

from geodata.tables.spreadsheet_cell import text_cell


def text_of(value: Any) -> str | None:
    """A typed value as text; None for nothing.

    Parameters
    ----------
    value
        Text, number, truth, day or moment, or a list or mapping of such.

    Returns
    -------
    text
        A moment without zone at midnight as its day alone, a whole number without decimals, a list with commas between,
        a mapping as JSON.
    """
    if value is None or value is pd.NaT or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, datetime):
        midnight = (value.hour, value.minute, value.second, value.microsecond) == (0, 0, 0, 0)
        return value.date().isoformat() if midnight and value.tzinfo is None else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (float, np.floating)) and abs(float(value)) < 1e15 and float(value).is_integer():
        return str(int(value))
    if isinstance(value, (list, tuple, np.ndarray)):
        said = (each if isinstance(each, str) else text_of(each) for each in value)
        return text_cell(",".join(filter(None, said))) or None
    return text_cell(json.dumps(value, ensure_ascii=False) if isinstance(value, dict) else str(value)) or None
