"""What a click or a switch leads to on the one map."""

from __future__ import annotations

from dashboard.request.view import View
from dashboard.screens.map.next_view import at_level, into_unit, next_view_of_click
from geodata.levels import Level
from geodata.territory.units import UnitRef
from geodata.vocabulary import UnitKind

DISTRICT = UnitRef("220602000000", "district", Level.DISTRICT, UnitKind.DISTRICT, None)
TOWN = UnitRef("220602100000", "town", Level.TOWN, UnitKind.TOWN, DISTRICT.code)
VILLAGE = UnitRef("220602100200", "village", Level.VILLAGE, UnitKind.VILLAGE, TOWN.code)


def polygon(code: str) -> dict:
    return {"points": [{"location": code, "customdata": [code, "name", 1, 2, "c1"]}]}


def test_town_village_subject_in_three_clicks():
    view = next_view_of_click(View(), polygon(TOWN.code))
    assert (view.unit, view.level) == (TOWN.code, Level.VILLAGE)
    view = next_view_of_click(view, polygon(VILLAGE.code))
    assert (view.unit, view.level) == (VILLAGE.code, Level.SUBJECT)
    view = next_view_of_click(view, {"points": [{"customdata": ["S1", "name"]}]})
    assert (view.unit, view.subject) == (VILLAGE.code, "S1")


def test_a_ring_of_the_chain_leads_to_its_place():
    view = View(level=Level.SUBJECT, unit=VILLAGE.code, subject="S1")
    town = next_view_of_click(view, {"points": [{"customdata": [TOWN.code, "town"]}]})
    assert (town.unit, town.level, town.subject) == (TOWN.code, Level.VILLAGE, None)
    assert next_view_of_click(view, {"points": [{"customdata": ["S2", "subject"]}]}).subject == "S2"
    assert next_view_of_click(view, {"points": [{"customdata": [DISTRICT.code, "district"]}]}).unit is None


def test_a_click_on_nothing_changes_nothing():
    view = View(level=Level.VILLAGE)
    assert next_view_of_click(view, None) == next_view_of_click(view, {"points": [{}]}) == view


def test_another_level_keeps_the_scope_above_it():
    path = [DISTRICT, TOWN, VILLAGE]
    inside = View(level=Level.SUBJECT, unit=VILLAGE.code, subject="S1")
    assert (at_level(inside, Level.VILLAGE, path).unit, at_level(inside, Level.TOWN, path).unit) == (TOWN.code, None)
    assert at_level(inside, Level.SUBJECT, path) == inside


def test_the_district_is_the_whole_map_again():
    assert into_unit(View(level=Level.SUBJECT, unit=VILLAGE.code), DISTRICT.code, Level.DISTRICT) == View()


def test_a_grade_is_let_go_of_where_units_have_none():
    """Villages of the layer health have grades, towns have rates; polygons of subjects are villages."""
    graded = View(layer="health", level=Level.VILLAGE, only="vacant")
    assert at_level(graded, Level.TOWN, [DISTRICT]).only is None
    assert at_level(graded, Level.SUBJECT, [DISTRICT]).only == "vacant"
    assert into_unit(graded, VILLAGE.code, Level.VILLAGE).only == "vacant"
    assert into_unit(graded.with_fields(level=Level.TOWN, only="c2"), TOWN.code, Level.TOWN).only is None
    assert at_level(graded.with_fields(layer="overdue", only="c2"), Level.TOWN, [DISTRICT]).only == "c2"
