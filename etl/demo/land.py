"""The land as the files have it: units with codes, names and polygons; villages also in metres, with their hamlets."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from etl.demo.demo_plan import DATA
from geodata.measuring_crs import to_measure
from geodata.vocabulary import UnitKind

DIGITS = 6


@dataclass(frozen=True)
class Land:
    """``units``: columns ``code name kind parent_code geometry`` (EPSG:4490), index code, district first.

    ``metres``: the villages' polygons in the measuring CRS, by code. ``hamlets``: as in the shipped file.
    """

    units: pd.DataFrame
    metres: dict[str, shapely.Polygon]
    hamlets: pd.DataFrame

    @property
    def towns(self) -> list[str]:
        """Codes of the towns and streets, in order."""
        return list(self.units.index[self.units["kind"].isin([UnitKind.STREET, UnitKind.TOWN])])

    @property
    def villages(self) -> pd.DataFrame:
        """The village-level units."""
        return self.units[self.units["kind"].isin([UnitKind.COMMUNITY, UnitKind.VILLAGE])]

    def name_of(self, code: str) -> str:
        """A unit's name.

        Parameters
        ----------
        code
            Code of a unit of this land.

        Returns
        -------
        name
            As it stands in the file of units.

        Raises
        ------
        KeyError
            There is no such unit.
        """
        return str(self.units.loc[code, "name"])


def read_land() -> Land:
    """The shipped units; towns and the district are the unions of their villages, so borders are shared exactly.

    Returns
    -------
    land
        Polygons in EPSG:4490; those of the villages also in the measuring CRS of the settings, in metres.
    """
    units = pd.read_csv(DATA / "units.csv", dtype=str).rename(columns={"level": "kind"}).set_index("code", drop=False)
    document = json.loads((DATA / "villages.geojson").read_text(encoding="utf-8"))
    shapes = {each["properties"]["code"]: shapely.geometry.shape(each["geometry"]) for each in document["features"]}
    villages = np.array(list(shapes))
    parts = np.array(list(shapes.values()))
    for town, codes in pd.Series(villages).groupby(units.loc[villages, "parent_code"].to_numpy()):
        shapes[str(town)] = shapely.coverage_union_all(parts[codes.index])
    district = str(units.index[units["kind"].eq(UnitKind.DISTRICT)][0])
    shapes[district] = shapely.coverage_union_all(parts)
    geometry: list[Any] = [shapely.normalize(shapes[code]) for code in units["code"]]
    units["geometry"] = geometry
    units.loc[district, "parent_code"] = None
    hamlets = pd.read_csv(DATA / "hamlets.csv", dtype={"code": str})
    return Land(units, dict(zip(villages, to_measure(parts), strict=True)), hamlets)
