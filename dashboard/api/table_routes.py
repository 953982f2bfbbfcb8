"""``/api``: indicators, subjects and the rows behind a number as csv, json, geojson or xlsx, asked as the pages ask."""

from __future__ import annotations

from dataclasses import replace

from flask import Flask, Response, jsonify, request

from dashboard.api.openapi import openapi_document
from dashboard.api.query import Accepts, Query, read_query
from dashboard.api.table_answer import table_answer
from dashboard.request.context import AppContext
from dashboard.request.json_reply import asked_language, json_refusal
from dashboard.tables.counted_rows_table import row_list
from dashboard.tables.indicator_table import indicator_list, indicator_map
from dashboard.tables.subject_table import subject_list
from dashboard.tables.work_item_table import work_list
from geodata.errors import UserError
from geodata.levels import Level
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.tables.table import Table
from geodata.tables.table_files import KINDS
from geodata.vocabulary import WorkState

PERMISSION = Permission.SEE_AREA
TOKENS = True
ADDRESSES = {
    "indicators": Accepts(("indicator", "level", "unit", "asof", "format", "lang"), tuple(KINDS)),
    "subjects": Accepts(("unit", "asof", "state", "format", "lang"), tuple(KINDS)),
    "work": Accepts(("unit", "asof", "state", "format", "lang"), tuple(KINDS), WorkState),
    "rows": Accepts(("indicator", "unit", "asof", "state", "part", "format", "lang"), ("csv", "json", "xlsx")),
}
"""What each address understands; the OpenAPI document is made from it."""


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes; every other address under ``/api`` says in one sentence what there is.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        What every route is given.
    """

    @server.get("/api/<any(indicators, subjects, rows, work):what>")
    def api(what: str) -> Response:
        return answer_table(ctx, what)

    @server.get("/api/openapi.json")
    def openapi() -> Response:
        return jsonify(openapi_document(ADDRESSES, asked_language()))

    @server.get("/api/", defaults={"rest": ""})
    @server.get("/api/<path:rest>")
    def nothing(rest: str) -> Response:
        known = ", ".join(f"/api/{name}" for name in [*ADDRESSES, "openapi.json"])
        return json_refusal(translate("api.error.address", asked_language(), path=f"/api/{rest}", known=known), 404)


def answer_table(ctx: AppContext, what: str) -> Response:
    """The answer to the request at hand.

    Parameters
    ----------
    ctx
        What every route is given.
    what
        A key of ``ADDRESSES``.

    Returns
    -------
    answer
        The file in the format asked for, or 304.

    Raises
    ------
    UserError
        A parameter cannot be meant: not known here, more or fewer than one indicator for ``rows``, shapes of subjects.
    NotFound
        The unit was not in force on the day, or there is no such indicator.
    Forbidden
        Of the unit, or of the level, the visitor would see only a part.
    """
    query = _within_reach(ctx, read_query(request.args, ADDRESSES[what]))
    return table_answer(ctx, query, what, lambda: _placed(ctx, query, TABLES[what](ctx, query)))


def _within_reach(ctx: AppContext, query: Query) -> Query:
    """The question about what the visitor sees as a whole: the own area where none is named, never a part of a sum."""
    if query.unit is not None:
        ctx.must_open(query.unit)
    if ctx.visitor:
        ctx.visitor.must_see(query.level)
    return replace(query, unit=ctx.resolve_unit(query.unit))


def _placed(ctx: AppContext, query: Query, table: Table) -> Table:
    """The list under the name of what it covers."""
    covered = ctx.covered_area(table.notes.place) if query.unit is None else table.notes.place
    return replace(table, notes=replace(table.notes, place=covered))


def _indicators(ctx: AppContext, query: Query) -> Table:
    if query.kind != "geojson":
        return ctx.query(indicator_list, query.keys, query.level, query.day, query.unit, query.lang)
    if query.level is Level.SUBJECT:
        raise UserError("api.error.no_shape")
    return ctx.query(indicator_map, query.keys, query.level, query.day, query.unit, query.lang)


def _subjects(ctx: AppContext, query: Query) -> Table:
    return ctx.query(subject_list, query.day, query.unit, query.state, query.lang)


def _rows(ctx: AppContext, query: Query) -> Table:
    if len(query.keys) != 1:
        raise UserError("api.error.one_indicator")
    return ctx.query(row_list, query.keys[0], query.day, query.unit, query.state, query.part, query.lang)


def _work(ctx: AppContext, query: Query) -> Table:
    return ctx.query(work_list, query.day, query.unit, query.state, query.lang)


TABLES = {"indicators": _indicators, "subjects": _subjects, "rows": _rows, "work": _work}
