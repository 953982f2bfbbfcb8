"""A11: drawings on paper have the same inset; where names would not fit there either, none is drawn."""

from __future__ import annotations

import geopandas as gpd
import pandas as pd
import pytest
from shapely.geometry import box

from geodata.levels import Level
from geodata.locale import Lang
from layers.catalog import discover
from layers.inset.crowded_units import crowded_units
from layers.inset.inset_facts import filled_inset, inset_outlines
from layers.legend import build_legend
from layers.palette import LIGHT


def land(small: int, side: float = 0.02) -> gpd.GeoDataFrame:
    """Four wide units, and a row of small ones between them."""
    wide = [box(126 + x, 41 + y, 126.5 + x, 41.5 + y) for x in (0, 0.6) for y in (0, 0.6)]
    crowd = [box(126.51, 41.1 + place * side, 126.51 + side * 1.6, 41.1 + (place + 1) * side) for place in range(small)]
    shapes = [*wide, *crowd]
    codes = [f"W{place}" for place in range(4)] + [f"S{place:02}" for place in range(small)]
    kinds = ["town"] * 4 + ["street"] * small
    rows = {"code": codes, "name": [f"第{code}" for code in codes], "kind": kinds}
    return gpd.GeoDataFrame(rows, geometry=shapes, crs="EPSG:4490")


@pytest.mark.parametrize(("small", "found"), [(0, 0), (2, 0), (3, 3), (6, 6)])
def test_a11_three_small_units_together_crowd(small, found):
    assert len(crowded_units(land(small))) == found


def test_a11_outlines_lie_within_the_box_and_names_inside_their_units():
    inset = inset_outlines(land(5), Level.TOWN, Lang.ZH)
    assert inset.title == "城区 5 街道"
    for unit in inset.units:
        corners = [corner for ring in unit.rings for corner in ring]
        assert all(0 <= x <= inset.width and 0 <= y <= inset.height for x, y in corners)
        xs, ys = zip(*corners, strict=True)
        assert min(xs) < unit.label[0] < max(xs)
        assert min(ys) < unit.label[1] < max(ys)
    counts = pd.DataFrame({"numerator": [1], "denominator": [2]}, index=["S00"])
    layer = discover()["overdue"]
    legend = build_legend(counts, layer, layer.breaks, level=Level.TOWN)
    filled = filled_inset(inset, counts, layer, legend, layer.breaks, LIGHT)
    assert [unit.counts for unit in filled.units] == ["1/2", "", "", "", ""]
    assert (filled.units[0].fill, filled.units[1].fill) == (LIGHT.ramps["overdue"][-1], "none")


def test_a11_where_names_would_not_fit_here_either_there_is_none():
    assert inset_outlines(land(30, side=0.012), Level.VILLAGE, Lang.ZH) is None


def test_a11_shapes_that_are_missing_or_none_at_all_are_no_fault():
    shapes = land(3)
    shapes.loc[4, "geometry"] = None
    assert crowded_units(shapes) == []
    assert crowded_units(shapes.iloc[:0]) == []
