"""Shapes that stand in a column as text, and coordinates declared by an EPSG code."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from etl.kinds.cell_text import clean_text
from etl.readers.numerals import Sign, spell_number
from geodata.crs import geometry_to_wgs84, to_wgs84

_READERS: dict[str, Any] = {"wkt": shapely.from_wkt, "wkb": shapely.from_wkb, "geojson": shapely.from_geojson}
_SHOWN = 80

Trouble = tuple[int, str, str, str, str]


def shapes_of(texts: pd.Series, form: str) -> tuple[npt.NDArray[Any], list[Trouble]]:
    """The shapes of a column of texts (None: blank or unreadable) and the faults met.

    Parameters
    ----------
    texts
        Cells (None: blank), index row number; a ``SRID=…;`` in front is passed over, never believed.
    form
        ``wkt``, ``wkb`` (hexadecimal) or ``geojson``.

    Returns
    -------
    shapes
        Shapely geometries, shape (n,), in the order of ``texts``.
    faults
        Row, field ``geometry``, the first 80 signs, key ``not_a_shape`` and the form.
    """
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


def _is_doubtful(text: str) -> bool:
    found = spell_number(clean_text(text))
    return found is not None and found.sign is Sign.EITHER_COMMA


def _metres(text: str) -> float:
    """A coordinate by itself; NaN for what is no number, or may be two."""
    found = None if _is_doubtful(text) else spell_number(clean_text(text))
    return float(found.plain) if found and not found.plain.endswith("%") else float("nan")


def reproject_rows(
    cells: pd.DataFrame, lon: int | None, lat: int | None, geometry: npt.NDArray[Any] | None, epsg: int
) -> npt.NDArray[Any] | None:
    """Geometry, and in place the number texts of columns ``lon`` and ``lat``, from ``epsg`` to WGS84 degrees.

    A text that is no number stays as it is, for its parser to refuse. One that may be two numbers gets the code behind
    it for that: as it is, it might be taken for degrees.

    Parameters
    ----------
    cells
        Texts of the chunk in columns 0, 1, …; columns ``lon`` and ``lat`` are changed in place.
    lon
        Column of eastings or longitudes; None: there is none, or no ``lat``.
    lat
        Column of northings or latitudes; None likewise.
    geometry
        The chunk's shapes in ``epsg``, shape (n,); None: it has none.
    epsg
        Code of the declared CRS in the EPSG register.

    Returns
    -------
    geometry
        Moved to WGS84 degrees (EPSG:4326), longitude first, two dimensions; None where none was given.

    Raises
    ------
    UserError
        The register has no such code.
    """
    if lon is not None and lat is not None:
        x, y = (cells[place].map(_metres, na_action="ignore").to_numpy(dtype=float) for place in (lon, lat))
        both = np.isfinite(x) & np.isfinite(y)
        for place, moved in zip((lon, lat), to_wgs84(x[both], y[both], epsg), strict=True):
            # repr is the shortest text that reads back as the same number
            texts = np.array([repr(float(each)) for each in moved], dtype=object)
            whole = cells[place].to_numpy(dtype=object, copy=True)
            whole[both] = texts
            doubtful = [isinstance(text, str) and _is_doubtful(text) for text in whole]
            whole[doubtful] = [f"{text} EPSG:{epsg}" for text in whole[doubtful]]
            cells[place] = pd.Series(whole, cells.index, dtype=object)
    return None if geometry is None else geometry_to_wgs84(geometry, epsg)
