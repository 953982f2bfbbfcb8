"""``/api``: indicators, subjects and the rows behind a number as csv, json, geojson or xlsx, asked as the pages ask."""

from __future__ import annotations

from flask import Flask, Response, jsonify, request
from werkzeug.wrappers import Response as Answer

from dashboard.api.asked_table import ADDRESSES, count_asked_rows, make_table, within_reach
from dashboard.api.openapi import openapi_document
from dashboard.api.query import read_query
from dashboard.api.table_answer import MadeFile, is_at_hand, made_file, not_again, table_answer
from dashboard.api.table_by_job import table_by_job
from dashboard.request.context import AppContext
from dashboard.request.json_reply import asked_language
from geodata.errors import NotFound
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA
TOKENS = True
READS_ITSELF = ("api",)
KEPT_ROWS = 200
"""A file of more rows is made anew each time: what is kept lies in memory."""


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        What every route is given.
    """

    @server.get(f"/api/<any({', '.join(ADDRESSES)}):what>")
    def api(what: str) -> Answer:
        return answer_table(ctx, what)

    @server.get("/api/openapi.json")
    def openapi() -> Response:
        return jsonify(openapi_document(ADDRESSES, asked_language()))

    @server.get("/api/", defaults={"rest": ""})
    @server.get("/api/<path:rest>")
    def nothing(rest: str) -> Response:
        raise NotFound("door.http.404", path=rest)


def answer_table(ctx: AppContext, what: str) -> Answer:
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
        The file in the format asked for, or 304; where it has more rows than ``GRID_EXPORT_ROWS``, the way to the job
        that makes it; by a personal token always the file.

    Raises
    ------
    UserError
        A parameter cannot be meant: not known here, more or fewer than one indicator for ``rows``, shapes of subjects.
    NotFound
        The unit was not in force on the day.
    Forbidden
        Of the unit, or of the level, the visitor would see only a part.
    """
    query = within_reach(ctx, read_query(request.args, ADDRESSES[what]))
    if is_at_hand(ctx, query, what):
        return not_again(ctx, query, what)
    by_hand = ctx.visitor is None or ctx.visitor.token_id is None  # a token only reads: it starts no job
    rows = count_asked_rows(ctx, query, what)
    if by_hand and rows > ctx.settings.export_rows:
        return table_by_job(ctx, query, what)

    def make() -> MadeFile:
        return made_file(query, what, make_table(ctx, query, what))

    # lists of a day's counts are asked again and again, and small; faults change without a change of the data
    kept = rows <= KEPT_ROWS and what != "work"
    return table_answer(ctx, query, what, ctx.keep_answer(("file", what, str(query)), make) if kept else make())
