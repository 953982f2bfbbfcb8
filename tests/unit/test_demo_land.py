"""The schematic land: a partition of the outline without gaps, overlaps, holes, enclaves or slivers."""

import json

import numpy as np
import pandas as pd
import pytest
import shapely

from etl.demo.demo_plan import DATA
from etl.demo.land import Land, read_land
from geodata.measuring_crs import area_km2, to_measure
from geodata.vocabulary import UnitKind

SLIVER = 0.15
"""4πA/P² of a shape: a circle has 1, a strip twenty times as long as wide 0.14."""


@pytest.fixture(scope="module")
def land() -> Land:
    return read_land()


def shapes(units: pd.DataFrame) -> np.ndarray:
    return np.array(units["geometry"].tolist())


def test_has_the_real_number_of_units(land: Land) -> None:
    kinds = land.units["kind"].value_counts()

    assert {str(kind): int(kinds[kind]) for kind in kinds.index} == {
        "district": 1,
        "street": 8,
        "town": 4,
        "community": 43,
        "village": 55,
    }
    assert len(land.towns) == 12
    assert len(land.villages) == 98


def test_every_unit_is_one_polygon_without_holes(land: Land) -> None:
    for unit in shapes(land.units):
        assert unit.geom_type == "Polygon"
        assert not unit.interiors
        assert unit.is_valid


@pytest.mark.parametrize("level", ["towns", "villages"])
def test_borders_are_shared_point_by_point(land: Land, level: str) -> None:
    parts = shapes(land.units.loc[land.towns] if level == "towns" else land.villages)

    assert shapely.coverage_is_valid(parts)
    whole = shapely.coverage_union_all(parts)
    assert shapely.equals(whole, land.units["geometry"].iloc[0])


def test_villages_partition_their_town(land: Land) -> None:
    for town in land.towns:
        parts = shapes(land.villages[land.villages["parent_code"] == town])
        assert shapely.equals(shapely.coverage_union_all(parts), land.units.loc[town, "geometry"])
        assert area_km2(parts).sum() == pytest.approx(area_km2(land.units.loc[town, "geometry"]), rel=1e-9)


def test_district_is_the_shipped_outline(land: Land) -> None:
    document = json.loads((DATA / "outline.geojson").read_text(encoding="utf-8"))
    outline = shapely.geometry.shape(document["features"][0]["geometry"])
    metres = to_measure(np.array([outline, land.units["geometry"].iloc[0]]))

    # the villages' corners on the outline are rounded to a tenth of a metre
    assert shapely.hausdorff_distance(*metres) < 0.2
    assert area_km2(outline) == pytest.approx(1356, abs=1)
    assert "Amap" in document["attribution"]


def test_no_unit_is_an_enclave_of_another(land: Land) -> None:
    for level in (land.units.loc[land.towns], land.villages):
        parts = shapes(level)
        outer = land.units["geometry"].iloc[0].exterior
        for one in parts:
            touching = [other for other in parts if other is not one and one.boundary.intersects(other.boundary)]
            around = [other for other in touching if one.boundary.intersection(other.boundary).length > 0]
            assert len(around) > 1 or one.boundary.intersects(outer)


def test_no_slivers(land: Land) -> None:
    metres = to_measure(shapes(land.units))
    roundness = 4 * np.pi * shapely.area(metres) / shapely.length(metres) ** 2

    assert roundness.min() > SLIVER


def test_urban_streets_are_small_and_together(land: Land) -> None:
    urban = [code for code in land.towns if int(code[6:9]) < 7]
    farming = [code for code in land.towns if code not in urban]
    areas = {code: area_km2(land.units.loc[code, "geometry"]) for code in land.towns}
    town = shapely.coverage_union_all(shapes(land.units.loc[urban]))

    assert max(areas[code] for code in urban) < 12
    assert min(areas[code] for code in farming) > 100
    assert town.geom_type == "Polygon"
    assert town.contains(shapely.Point(126.42, 41.94))
    assert land.villages["kind"].eq(UnitKind.COMMUNITY)[land.villages["parent_code"].isin(urban)].all()


def test_shipped_data_are_small() -> None:
    assert sum(path.stat().st_size for path in DATA.iterdir()) < 400_000
