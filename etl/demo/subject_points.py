"""Where the subjects stand: around hamlets, inside their village, but for the few an office always has wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from etl.demo.demo_plan import Span, shipped_table
from etl.demo.demo_roster import is_urban
from etl.demo.land import DIGITS, Land
from geodata.crs import STORED_EPSG, from_cgcs2000, transformer
from geodata.measuring_crs import to_measure
from geodata.settings import settings
from geodata.vocabulary import Datum

Points = NDArray[np.float64]


def _to_degrees(metres: Points) -> Points:
    back = transformer(settings().measure_epsg, STORED_EPSG)
    return np.column_stack(back.transform(metres[:, 0], metres[:, 1]))


def _around_hamlets(village: pd.Series, land: Land, rng: np.random.Generator) -> Points:
    """A point (metres) for each subject's village: scattered along a hamlet's street, never over the border."""
    centres = shapely.get_coordinates(to_measure(shapely.points(land.hamlets["lon"], land.hamlets["lat"])))
    rows = {code: group.to_numpy() for code, group in land.hamlets.groupby("code").groups.items()}
    sizes = {code: rng.dirichlet(np.linspace(3.0, 1.2, len(at))) for code, at in rows.items()}
    hamlet = np.array([rng.choice(rows[code], p=sizes[code]) for code in village])
    shapes = np.array([land.metres[code] for code in village])
    table_of = land.hamlets.iloc[hamlet]
    angle, length, width = (table_of[column].to_numpy() for column in ("bearing", "length_m", "width_m"))
    found, open_rows, spread = np.zeros((len(village), 2)), np.arange(len(village)), 1.0
    while len(open_rows):
        along = rng.normal(0, 1, len(open_rows)) * length[open_rows] * spread
        across = rng.normal(0, 1, len(open_rows)) * width[open_rows] * spread
        turn = angle[open_rows]
        step = np.column_stack(
            [along * np.cos(turn) - across * np.sin(turn), along * np.sin(turn) + across * np.cos(turn)]
        )
        found[open_rows] = centres[hamlet[open_rows]] + step
        # ten metres clear of the border, so that no rounding carries a point over it
        inside = shapely.contains_xy(shapely.buffer(shapes[open_rows], -10), found[open_rows, 0], found[open_rows, 1])
        open_rows, spread = open_rows[~inside], spread * 0.9
    return found


def _over_the_border(point: Points, home: str, land: Land, rng: np.random.Generator) -> Points | None:
    """The point moved a little way beyond the nearest border, when a neighbouring village lies there."""
    border = land.metres[home].exterior
    foot = shapely.get_coordinates(border.interpolate(border.project(shapely.Point(point))))[0]
    away = (foot - point) / max(float(np.hypot(*(foot - point))), 1.0)
    beyond = foot + away * rng.uniform(70, 240)
    lands_in = [code for code, shape in land.metres.items() if code != home and shape.contains(shapely.Point(beyond))]
    return beyond if lands_in else None


def make_points(roster: pd.DataFrame, land: Land, span: Span) -> pd.DataFrame:
    """Columns ``lon lat datum`` as an office would send them, each in its own datum; ``true_lon true_lat`` (4490).

    Parameters
    ----------
    roster
        Columns ``village_code town``.
    land
        Villages in metres and their hamlets.
    span
        The seed.

    Returns
    -------
    points
        Index of the roster; degrees with six decimals, NaN (datum None) for the few without a point.
    """
    rng, plan = span.rng("points"), shipped_table("district")
    metres = _around_hamlets(roster["village_code"], land, rng)
    rural = rng.permutation(np.flatnonzero(~roster["town"].map(is_urban).to_numpy()))
    missing, moved = rural[: plan["no_point"]], 0
    for row in rural[plan["no_point"] :]:
        beyond = _over_the_border(metres[row], str(roster["village_code"].iloc[row]), land, rng)
        if beyond is not None:
            metres[row], moved = beyond, moved + 1
        if moved == plan["outside"]:
            break
    true = _to_degrees(metres)
    true[missing] = np.nan
    share = plan["datum_share"]
    datum = rng.choice(list(share), len(roster), p=list(share.values())).astype(object)
    told = true.copy()
    for frame in Datum:
        rows = datum == frame.value
        told[rows] = np.column_stack(from_cgcs2000(true[rows, 0], true[rows, 1], frame))
    datum[missing] = None
    told = told.round(DIGITS)
    return pd.DataFrame(
        {"lon": told[:, 0], "lat": told[:, 1], "datum": datum, "true_lon": true[:, 0], "true_lat": true[:, 1]},
        index=roster.index,
    )
