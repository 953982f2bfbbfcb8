"""The grid as one look over it sees it: a day, its rules, its units, and where the coverage is broken."""

from __future__ import annotations

from datetime import date
from functools import cached_property

import geopandas as gpd
import shapely
from sqlalchemy import Connection, text

from geodata.integrity.coverage_faults import Broken, invalid_shapes
from geodata.levels import Levels
from geodata.measuring_crs import measuring_epsg
from geodata.rules import rule_value
from geodata.settings import settings
from geodata.territory.level_table import read_levels

_UNITS = """
SELECT code, level, name, parent_code, geom AS geometry FROM grid.unit_on(:as_of) ORDER BY code
"""
_MIDDLE = """
SELECT ST_X(c) AS lon, ST_Y(c) AS lat FROM (
    SELECT ST_Centroid(coalesce((SELECT CAST(ST_Extent(geom) AS geometry) FROM grid.unit_on(:as_of)),
                                (SELECT CAST(ST_Extent(point) AS geometry) FROM grid.roster_on(:as_of)))) AS c
) AS extent WHERE c IS NOT NULL
"""


class CheckContext:
    """What the checks of one look share; everything is read once, when first asked for."""

    def __init__(self, db: Connection, as_of: date) -> None:
        self.db = db
        self.as_of = as_of
        self._rules: dict[str, float] = {}

    def rule_value(self, key: str) -> float:
        """The number of a dated rule on the day of the look.

        Parameters
        ----------
        key
            Name of a rule whose value is a number, without scope.

        Returns
        -------
        number
            Read once for all checks of the look.

        Raises
        ------
        NotFound
            The rule had not come into force by that day.
        """
        if key not in self._rules:
            self._rules[key] = float(rule_value(self.db, key, self.as_of))
        return self._rules[key]

    @cached_property
    def levels(self) -> Levels:
        """The levels of the installation."""
        return read_levels(self.db)

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """All units in force, index ``code``; columns ``level name parent_code geometry`` (EPSG:4490, maybe None)."""
        frame = gpd.read_postgis(
            text(_UNITS), self.db, geom_col="geometry", crs="EPSG:4490", params={"as_of": self.as_of}
        )
        return frame.set_index("code")

    @cached_property
    def measure_epsg(self) -> int:
        """The CRS to measure in: by the middle of the units, or of the subjects while no unit has a boundary."""
        middle = self.db.execute(text(_MIDDLE), {"as_of": self.as_of}).one_or_none()
        return settings().measure_epsg if middle is None else measuring_epsg(round(middle.lon, 1), round(middle.lat, 1))

    @cached_property
    def broken(self) -> list[Broken]:
        """Gaps, overlaps and edges out of the parent, of every level, wider than rounding."""
        return invalid_shapes(self.units, self.levels.units[1:], self.rule_value("coverage_tolerance_m"))

    @cached_property
    def _spots(self) -> dict[str, shapely.Point]:
        """A point inside each unit that has a boundary, the highest unit first."""
        shapes = self.units.geometry.dropna()
        high_first = sorted(shapes.index, key=lambda code: (self.levels.rank_of(self.units["level"][code]), code))
        points = shapely.point_on_surface(shapes[high_first].to_numpy())
        return dict(zip(high_first, points, strict=True))

    def unit_name(self, code: str) -> str:
        """The unit's name, or its code when it is not in force.

        Parameters
        ----------
        code
            Code of a unit.

        Returns
        -------
        name
            As on the day of the look.
        """
        return self._names.get(code, code)

    @cached_property
    def _names(self) -> dict[str, str]:
        return dict(zip(self.units.index, self.units["name"], strict=True))

    def spot_in(self, code: str) -> shapely.Point | None:
        """A point inside the unit or the nearest above that has a boundary (EPSG:4490); None where nothing has one.

        Parameters
        ----------
        code
            Code of a unit, in force or not.

        Returns
        -------
        point
            EPSG:4490, degrees; where neither the unit nor any above it has a boundary, a point inside the highest unit
            that has one.
        """
        here: str | None = code
        while here is not None and here not in self._spots:
            here = self._parents.get(here)
        return next(iter(self._spots.values()), None) if here is None else self._spots[here]

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return dict(zip(self.units.index, self.units["parent_code"], strict=True))
