"""Where people live on the schematic land: hamlets strung along valleys, made with the land and shipped beside it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from etl.demo.demo_plan import each_row

Field = NDArray[np.float64]
VALLEY_WAVELENGTH_M = 6000
APART_M = 1100
SMALL_KM2 = 2.0


def _hamlet_count(area_m2: float) -> int:
    return 1 if area_m2 < SMALL_KM2 * 1e6 else 2 if area_m2 < 8e6 else 3 if area_m2 < 30e6 else 4


def place_hamlets(
    villages: pd.DataFrame, x: Field, y: Field, relief: Field, cell_m: float, rng: np.random.Generator
) -> pd.DataFrame:
    """One to four hamlets per village, at the valley lines of a made relief and away from the village's border.

    Parameters
    ----------
    villages
        Columns ``code geometry``; polygons in a metric CRS.
    x
        Eastings of the columns of cells in the same CRS, rising, shape (columns,).
    y
        Northings of the rows of cells, rising, shape (rows,).
    relief
        Smooth noise on these cells, shape (rows, columns), whose zero lines are the valleys.
    cell_m
        Width of a cell in metres.
    rng
        The stream drawn from.

    Returns
    -------
    hamlets
        Columns ``code x y bearing length_m width_m``; the bearing in radians, counter-clockwise from east, along the
        valley.
    """
    slopes: Any = np.gradient(relief, cell_m)
    slope_y, slope_x = slopes
    steep = np.hypot(slope_x, slope_y)
    # metres to the nearest valley line, to first order
    to_valley = np.abs(relief) / np.maximum(steep, np.quantile(steep, 0.05))
    here = np.stack(np.meshgrid(x, y), axis=-1)
    rows = []
    for village in each_row(villages):
        shape = village.geometry
        west, south, east, north = shape.bounds
        cols = slice(*np.searchsorted(x, [west, east]))
        lines = slice(*np.searchsorted(y, [south, north]))
        cells = here[lines, cols].reshape(-1, 2)
        inside = shapely.contains_xy(shape, cells[:, 0], cells[:, 1])
        cells, score = cells[inside], to_valley[lines, cols].reshape(-1)[inside]
        along = np.arctan2(slope_y[lines, cols], slope_x[lines, cols]).reshape(-1)[inside] + np.pi / 2
        room = shapely.distance(shape.exterior, shapely.points(cells))
        small = shape.area < SMALL_KM2 * 1e6
        margin = room.max() * (0.75 if small else 0.35)
        for _ in range(_hamlet_count(shape.area)):
            open_land = room >= margin
            if not open_land.any():
                break
            best = int(np.argmin(np.where(open_land, score + rng.uniform(0, 150, len(score)), np.inf)))
            length, width = (
                (room[best] * 0.75, room[best] * 0.55) if small else (rng.uniform(260, 560), rng.uniform(60, 150))
            )
            rows.append((village.code, *cells[best], along[best], length, width))
            room = np.where(np.hypot(*(cells - cells[best]).T) < APART_M, -1.0, room)
    return pd.DataFrame(rows, columns=["code", "x", "y", "bearing", "length_m", "width_m"])
