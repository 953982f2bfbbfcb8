"""How one view leads to the next on the one map: down a level, up the breadcrumb, across layers. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from dashboard.request.view import View
from geodata.levels import Level, current_levels
from geodata.territory.units import UnitRef
from layers.catalog import discover


def into_unit(view: View, code: str, level: Level) -> View:
    """The view after choosing a unit: one level down, camera on it; an only root is the whole map again.

    Parameters
    ----------
    view
        The view before.
    code
        The unit chosen.
    level
        Its level.

    Returns
    -------
    view
        Without a subject; a subject's level has none below and stays.
    """
    levels = current_levels()
    whole = level is levels.root and not levels.several_roots
    below = levels.child_of(level) or level
    return _onto(view, below, unit=None if whole else code, subject=None)


def into_subject(view: View, subject_id: str) -> View:
    """The view after choosing a subject: the map stays, the chain and the lines are the subject's.

    Parameters
    ----------
    view
        The view before.
    subject_id
        The subject chosen.

    Returns
    -------
    view
        Level and scope as before.
    """
    return view.with_fields(subject=subject_id)


def at_level(view: View, level: Level, path: Sequence[UnitRef]) -> View:
    """The view with another level shown; the scope climbs until it is above that level.

    Parameters
    ----------
    view
        The view before.
    level
        The level to be shown.
    path
        The ancestry of the scope, root first.

    Returns
    -------
    view
        The subject is let go of unless subjects are shown; without a unit everything is the scope.
    """
    above = [unit for unit in path if _rank(unit.level) < _rank(level)]
    scope = above[-1] if above else None
    levels = current_levels()
    whole = scope is None or (scope.level is levels.root and not levels.several_roots)
    code = None if whole or scope is None else scope.code
    return _onto(view, level, unit=code, subject=view.subject if level is Level.SUBJECT else None)


def next_view_of_click(view: View, click: object) -> View:
    """The view after a click on the map; a click on nothing known changes nothing.

    Polygons carry ``location`` (a unit of the level shown), chain rings ``[code, level]``, points ``[id, name]``.

    Parameters
    ----------
    view
        The view before.
    click
        ``clickData`` as the browser gives it, which may be anything.

    Returns
    -------
    view
        The same one when the click says nothing known.
    """
    point = _first_point(click)
    data = point.get("customdata")
    data = data if isinstance(data, list) else []
    if point.get("location"):
        return into_unit(view, str(point["location"]), polygon_level(view))
    level = next((each for each in current_levels().every if len(data) == 2 and each == data[1]), None)
    if level is not None:
        return into_subject(view, str(data[0])) if level is Level.SUBJECT else into_unit(view, str(data[0]), level)
    return into_subject(view, str(data[0])) if data else view


def read_click(said: str) -> object:
    """What an address says of a click.

    Parameters
    ----------
    said
        JSON; anything may come.

    Returns
    -------
    click
        As the browser gives ``clickData``; None for what is no JSON.
    """
    try:
        return json.loads(said)
    except (ValueError, RecursionError):
        return None


def _first_point(click: object) -> Mapping[str, Any]:
    """The first point a click tells of; a browser may tell anything."""
    points = click.get("points") if isinstance(click, Mapping) else None
    first = points[0] if isinstance(points, list) and points else None
    return first if isinstance(first, Mapping) else {}


def polygon_level(view: View) -> Level:
    """The level whose polygons are drawn: subjects are points over their villages.

    Parameters
    ----------
    view
        The view shown.

    Returns
    -------
    level
        A level of units.
    """
    return Level.VILLAGE if view.level is Level.SUBJECT else view.level


def _onto(view: View, level: Level, *, unit: str | None, subject: str | None) -> View:
    """The view of another level; a class is let go of where the layer has others at that level."""
    after, layer = view.with_fields(level=level, unit=unit, subject=subject), discover().get(view.layer)
    if layer is None or not layer.grades or polygon_level(after) is polygon_level(view):
        return after
    return after.with_fields(only=None)


def _rank(level: Level) -> int:
    return current_levels().rank_of(level)
