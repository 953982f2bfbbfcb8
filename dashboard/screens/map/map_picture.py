"""The present view of the map as a picture for slides and paper: PNG, SVG or PDF by ``layers.static_map``."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from threading import Lock

from dashboard.request.asked_view import require_choice
from dashboard.request.context import AppContext
from dashboard.request.narrowed_context import narrowed_context, picked_person
from dashboard.request.view import View
from dashboard.screens.map.next_view import polygon_level
from dashboard.tables.narrowing_words import narrowing_text
from geodata.locale import Lang
from layers.catalog import discover
from layers.legend import class_keys
from layers.map_facts import collect_map_facts

KINDS = {"png": "image/png", "svg": "image/svg+xml", "pdf": "application/pdf"}
BESIDE = {Lang.ZH: (5.6, 7.4), Lang.EN: (8.27, 10.2)}
"""Inches of a picture that has another one beside it: the smaller, the larger its letters; English words are longer."""
_drawing = Lock()
"""Matplotlib keeps its settings in one place for the whole process."""


def map_picture(ctx: AppContext, view: View, kind: str) -> tuple[bytes, str]:
    """Draw what the view shows: layer, level, day, unit, the class picked out, points, theme and language.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        The view; its camera is that of the whole unit, its selected subject and lines are not drawn.
    kind
        A key of ``KINDS``.

    Returns
    -------
    content, name
        The file and what it is called.

    Raises
    ------
    NotFound
        The unit was not in force on the day, or is not the visitor's.
    UserError
        Nothing to draw has a boundary, there are several roots and none is named, or no such class of the legend.
    """
    # half a second to import, and 80 MB: for those who ask for a picture
    from layers.static_map import draw_sheet, save_map, sheet_of

    day, layer = ctx.as_of_day(view), discover()[view.layer]
    if view.unit is not None:
        ctx.must_open(view.unit)
    asking = narrowed_context(ctx, view.narrowing)
    since = view.since if view.since and view.since < day else None
    found = asking.query(
        collect_map_facts, ctx.resolve_unit(view.unit), day, polygon_level(view), [layer], view.lang, since
    )
    (drawn,) = found.drawn
    require_choice("only", view.only, class_keys(drawn.breaks, drawn.layer.grades_of(drawn.frame)))
    picked = narrowing_text(asking.narrowing, view.lang, picked_person(asking))
    sheet = sheet_of(found, ctx.settings, view.theme, view.lang, view.only, picked)
    sheet = replace(sheet, size=BESIDE[view.lang]) if view.side else sheet
    content = BytesIO()
    with _drawing:
        save_map(draw_sheet(found, sheet, with_points=view.points), content, kind)
    return content.getvalue(), f"{sheet.title} {day.isoformat()}.{kind}"
