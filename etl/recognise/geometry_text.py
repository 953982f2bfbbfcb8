"""Shapes that stand in a column as text, and coordinates declared by an EPSG code."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from etl.kinds.cell_types import clean_text
from geodata.crs import geometry_to_wgs84, to_wgs84

_READERS: dict[str, Any] = {"wkt": shapely.from_wkt, "wkb": shapely.from_wkb, "geojson": shapely.from_geojson}
_SHOWN = 80

Trouble = tuple[int, str, str, str, str]


def shapes_of(texts: pd.Series, form: str) -> tuple[npt.NDArray[Any], list[Trouble]]:
    """The shapes of a column of texts (None: blank or unreadable) and the faults met."""
    given = [text.strip() if isinstance(text, str) and text.strip() else None for text in texts]
    # PostGIS puts the SRID before the text
    plain = [
        text.split(";", 1)[1] if text and text.upper().startswith("SRID=") and ";" in text else text for text in given
    ]
    shapes = np.asarray(_READERS[form](np.asarray(plain, dtype=object), on_invalid="ignore"), dtype=object)
    unread = [
        (int(row), "geometry", text[:_SHOWN], "not_a_shape", form)
        for row, text, shape in zip(texts.index, given, shapes, strict=True)
        if text is not None and shape is None
    ]
    return shapes, unread


def reprojected(
    cells: pd.DataFrame, lon: int | None, lat: int | None, geometry: npt.NDArray[Any] | None, epsg: int
) -> npt.NDArray[Any] | None:
    """Geometry, and in place the number texts of columns ``lon`` and ``lat``, from ``epsg`` to WGS84 degrees.

    A text that is no number stays as it is, for its parser to refuse.
    """
    if lon is not None and lat is not None:
        cleaned = (cells[place].map(clean_text, na_action="ignore") for place in (lon, lat))
        x, y = (pd.to_numeric(each, errors="coerce").to_numpy(dtype=float) for each in cleaned)
        both = np.isfinite(x) & np.isfinite(y)
        for place, moved in zip((lon, lat), to_wgs84(x[both], y[both], epsg), strict=True):
            # repr is the shortest text that reads back as the same number
            texts = np.array([repr(float(each)) for each in moved], dtype=object)
            whole = cells[place].to_numpy(dtype=object, copy=True)
            whole[both] = texts
            cells[place] = pd.Series(whole, cells.index, dtype=object)
    return None if geometry is None else geometry_to_wgs84(geometry, epsg)
