"""The table an address of ``/api`` stands for, and how large a question it is; asked by pages, programs and jobs."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pandas as pd

from dashboard.api.query import Accepts, Query
from dashboard.request.context import AppContext
from dashboard.request.narrowed_context import narrowed_context, picked_person
from dashboard.request.view import NARROWED
from dashboard.tables.compared_table import compared_list
from dashboard.tables.counted_rows_table import row_list
from dashboard.tables.crossing_table import crossing_list
from dashboard.tables.indicator_table import indicator_list, indicator_map
from dashboard.tables.named_rows import is_named
from dashboard.tables.narrowing_words import narrowing_text
from dashboard.tables.subject_table import subject_list
from dashboard.tables.work_item_table import work_list
from geodata.calendar import months_earlier
from geodata.errors import UserError
from geodata.integrity.work_list import count_work_items
from geodata.levels import Level
from geodata.locale import translate
from geodata.rollup.indicator_counts import state_counts
from geodata.subjects.roster import count_subjects
from geodata.tables.table import Table
from geodata.tables.table_files import KINDS
from geodata.territory.units import list_units
from geodata.vocabulary import OPEN_WORK, WorkState
from layers.catalog import discover
from layers.changes import Asked
from layers.class_breaks import layer_breaks
from layers.legend import class_keys, class_label, classify_rates

ADDRESSES = {
    "indicators": Accepts(
        ("indicator", "level", "unit", "asof", "since", "find", "class", *NARROWED, "format", "lang"), tuple(KINDS)
    ),
    "subjects": Accepts(("unit", "asof", "state", "find", *NARROWED, "format", "lang"), tuple(KINDS)),
    "work": Accepts(("unit", "asof", "state", "format", "lang"), tuple(KINDS), WorkState),
    "rows": Accepts(
        ("indicator", "unit", "asof", "state", "part", *NARROWED, "format", "lang"), ("csv", "json", "xlsx")
    ),
    "changes": Accepts(("indicator", "unit", "asof", "since", *NARROWED, "format", "lang"), ("csv", "json", "xlsx")),
}
"""What each address understands; the OpenAPI document is made from it."""


def within_reach(ctx: AppContext, query: Query) -> Query:
    """The question about what the visitor sees as a whole: the own area where none is named, never a part of a sum.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    query
        As it was asked.

    Returns
    -------
    query
        With the unit that is meant.

    Raises
    ------
    Forbidden
        Of the unit, or of the level, the visitor would see only a part.
    """
    if query.unit is not None:
        ctx.must_open(query.unit)
    if ctx.visitor:
        ctx.visitor.must_see(query.level)
    return replace(query, unit=ctx.resolve_unit(query.unit))


def make_table(ctx: AppContext, query: Query, what: str) -> Table:
    """The table of a question.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    query
        As ``within_reach`` gives it.
    what
        A key of ``ADDRESSES``.

    Returns
    -------
    table
        Under the name of what it covers.

    Raises
    ------
    UserError
        More or fewer than one indicator for ``rows`` and ``changes``, an earlier day that is not earlier, shapes of
        subjects.
    NotFound
        The unit was not in force on the day.
    """
    asking = narrowed_context(ctx, query.narrowing)
    table = _narrowed(asking, query, _picked(asking, query, _TABLES[what](asking, query)))
    covered = ctx.covered_area(table.notes.place) if query.unit is None else table.notes.place
    return replace(table, notes=replace(table.notes, place=covered))


def count_asked_rows(ctx: AppContext, query: Query, what: str) -> int:
    """How many rows answering a question goes through; a state or a part is picked from them only afterwards.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    query
        As ``within_reach`` gives it.
    what
        A key of ``ADDRESSES``.

    Returns
    -------
    count
        Counted by the database, without making the table.

    Raises
    ------
    UserError
        More or fewer than one indicator for ``rows``.
    NotFound
        The unit was not in force on the day.
    """
    ctx = narrowed_context(ctx, query.narrowing)
    if what in ("rows", "changes"):
        days = [query.day] if what == "rows" else [_since(query), query.day]
        asked = (ctx.cached_query(state_counts, _one_indicator(query), day, query.unit) for day in days)
        return sum(sum(states.values()) for states in asked)
    if what == "work":
        states = OPEN_WORK if query.state is None else {WorkState(query.state)}
        return int(ctx.query(count_work_items, query.day, within=query.unit, states=states))
    if what == "subjects" or query.level is Level.SUBJECT:
        count = ctx.cached_query(count_subjects, query.day, query.unit)
    else:
        count = len(ctx.cached_query(list_units, query.level, query.day, query.unit))
    return int(count) * (len(query.keys) if what == "indicators" else 1)


def _picked(ctx: AppContext, query: Query, table: Table) -> Table:
    """The rows with the text looked for in their names, and of the class picked out on the map."""
    if not (query.find or query.picked):
        return table
    frame = table.frame
    kept, told = pd.Series(True, index=frame.index), [table.notes.title]
    if query.find:
        names = frame["subject_name" if "subject_name" in frame else "name"]
        told.append(translate("api.found", query.lang, text=query.find))
        kept &= names.map(lambda name: is_named(str(name), query.find)).astype(bool)
    if query.picked:
        key, wanted = query.picked
        breaks = ctx.cached_query(layer_breaks, discover()[key], query.day)
        asked = Asked(ctx.cached_query, discover()[key], query.day, query.since, query.lang)
        layer, counts = asked.layer, asked.count_units(query.level)
        known = class_keys(breaks, layer.grades_of(counts))
        if wanted not in known:
            raise UserError("api.error.value", name="class", value=wanted, known=", ".join(known))
        told.append(class_label(wanted, layer, breaks, query.lang))
        classes = classify_rates(counts, layer, breaks)
        kept &= frame["unit_code"].isin(classes.index[classes == wanted])
    notes = replace(table.notes, title=" · ".join(told))
    shapes = (
        None if table.shapes is None else tuple(shape for shape, keep in zip(table.shapes, kept, strict=True) if keep)
    )
    return replace(table, frame=frame[kept].reset_index(drop=True), notes=notes, shapes=shapes)


def _narrowed(asking: AppContext, query: Query, table: Table) -> Table:
    """The table under a title that says which subjects count."""
    told = narrowing_text(asking.narrowing, query.lang, picked_person(asking))
    return replace(table, notes=replace(table.notes, title=f"{table.notes.title} · {told}")) if told else table


def _indicators(ctx: AppContext, query: Query) -> Table:
    if query.since is not None:
        if query.kind == "geojson":
            raise UserError("api.error.since_shape")
        days = _since(query), query.day
        return ctx.query(compared_list, query.keys, query.level, days, query.unit, query.lang)
    if query.kind != "geojson":
        return ctx.query(indicator_list, query.keys, query.level, query.day, query.unit, query.lang)
    if query.level is Level.SUBJECT:
        raise UserError("api.error.no_shape")
    return ctx.query(indicator_map, query.keys, query.level, query.day, query.unit, query.lang)


def _subjects(ctx: AppContext, query: Query) -> Table:
    return ctx.query(subject_list, query.day, query.unit, query.state, query.lang)


def _rows(ctx: AppContext, query: Query) -> Table:
    key = _one_indicator(query)
    return ctx.query(row_list, key, query.day, query.unit, query.state, query.part, query.lang)


def _changes(ctx: AppContext, query: Query) -> Table:
    return ctx.query(crossing_list, _one_indicator(query), _since(query), query.day, query.unit, query.lang)


def _since(query: Query) -> date:
    """The earlier day; a month before where none is said, as on the page of changes."""
    if query.since is not None and query.since >= query.day:
        raise UserError("api.error.since", day=query.day.isoformat())
    return query.since or months_earlier(query.day, 1)


def _one_indicator(query: Query) -> str:
    if len(query.keys) != 1:
        raise UserError("api.error.one_indicator")
    return query.keys[0]


def _work(ctx: AppContext, query: Query) -> Table:
    return ctx.query(work_list, query.day, query.unit, query.state, query.lang)


_TABLES = {"indicators": _indicators, "subjects": _subjects, "rows": _rows, "work": _work, "changes": _changes}
