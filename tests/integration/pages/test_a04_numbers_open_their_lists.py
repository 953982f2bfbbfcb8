"""A4: a number opens its own list, counted the same: as many rows as the number says, on every page of units."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine

from dashboard.app.create_app import GridDash
from dashboard.request import signed_in as request_of
from dashboard.request.client import Client
from dashboard.request.view import View
from dashboard.screens.map.view_model import MapViewModel
from dashboard.screens.map.worst_first import unit_rows
from dashboard.screens.unit.components import unit_headline
from dashboard.screens.unit.unit_list import unit_list
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.indicators import INDICATORS
from geodata.levels import Level
from layers.catalog import discover
from layers.points import point_legend
from tests.visitors import application

UNITS = ("220602000000", "220602101000", "220602101200")


@contextmanager
def as_visitor(app: GridDash, login: str) -> Iterator[None]:
    """Whoever asks is the account's person."""
    visitor = app.ctx.find_visitor(login)
    assert visitor is not None
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        yield


@pytest.fixture(scope="module")
def app(demo_district: Engine) -> GridDash:
    return application(demo_district)


def asked(address: str) -> View:
    return View.parse(address.partition("?")[2])


@pytest.mark.parametrize("code", UNITS)
def test_a04_every_tile_opens_as_many_rows_as_it_says(app, code):
    with as_visitor(app, "leader"):
        model = UnitViewModel(app.ctx, View(), code)
        for tile, key in zip(unit_headline(model).children, INDICATORS, strict=True):
            row = model.headline.loc[key]
            told = int(row["numerator" if INDICATORS[key].better == "lower" else "denominator"])
            opened = UnitViewModel(app.ctx, asked(tile.href), code)
            assert len(opened.table.frame) == told, key


@pytest.mark.parametrize("key", INDICATORS)
def test_a04_every_chip_opens_as_many_rows_as_it_says(app, key):
    with as_visitor(app, "leader"):
        model = UnitViewModel(app.ctx, View(indicator=key), UNITS[0])
        found = [
            (part.href, int(part.children[1].children))
            for part in unit_list(model)._traverse()
            if isinstance(getattr(part, "children", None), list)
            and len(part.children) == 2
            and getattr(part.children[1], "className", "") == "count"
        ]
        assert len(found) > 3
        for href, number in found:
            assert len(UnitViewModel(app.ctx, asked(href), UNITS[0]).table.frame) == number, href


@pytest.mark.parametrize("layer", discover())
@pytest.mark.parametrize("level", [Level.TOWN, Level.VILLAGE])
def test_a04_the_ranking_has_every_unit_and_the_legend_counts_them(app, layer, level):
    with as_visitor(app, "leader"):
        model = MapViewModel(app.ctx, View(layer=layer, level=level), Client())
        assert len(unit_rows(model)) == len(model.frame), "villages with few subjects are ranked too"
        drawn = sum(int(re.match(r"\d+", row.units_text)[0]) for row in model.legend.rows if row.index >= 0)
        assert drawn == len(model.frame)


@pytest.mark.parametrize("layer", discover())
def test_a04_points_are_told_as_the_layer_counts_them(app, layer):
    """What the legend of points calls wanting is what the tile counts: subjects, or the subjects of samples."""
    with as_visitor(app, "leader"):
        model = MapViewModel(app.ctx, View(layer=layer), Client())
        counts = {entry.key: number for entry, _, number in point_legend(model.points, model.layer)}
        row = model.headline.loc[model.layer.indicator]
        missing = int(row["denominator"]) - int(row["numerator"])
        late = sum(counts.get(f"due_{state}", 0) for state in ("overdue", "severe", "never"))
        told = {
            "coverage": (counts.get("covered_no", 0), missing),
            "overdue": (late, int(row["numerator"])),
            "chain": (counts.get("chain_yes", 0), missing),
            # it counts grids; points say who trades, which is what the load of a grid is made of
            "health": (counts.get("trading_yes", 0), int(model.headline.loc["patrol_coverage", "denominator"])),
        }
        if layer in told:
            assert told[layer][0] == told[layer][1]
        else:
            listed = UnitViewModel(app.ctx, View(indicator=model.layer.indicator, only="unqualified"), UNITS[0])
            assert counts.get("failed_yes", 0) == listed.table.frame["subject_id"].nunique() > 0
            assert len(listed.table.frame) == missing
