"""A table as an HTTP answer: ETag of data version and question, an honest file name, a line in the audit trail."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable

from flask import Response, request

from dashboard.api.query import Query
from dashboard.request.context import AppContext
from dashboard.tables.download_name import content_disposition
from geodata.accounts import audit_trail
from geodata.locale import translate
from geodata.tables.table import Table
from geodata.tables.table_files import KINDS

SHAPE = "1"
"""Part of every ETag; raise it when files come to look different for the same data."""


def table_answer(ctx: AppContext, query: Query, what: str, ask: Callable[[], Table]) -> Response:
    """The file that was asked for, or 304 without counting anything when the browser has that very one.

    Parameters
    ----------
    ctx
        Its version of the data and the visitor's rows go into the ETag.
    query
        The question; part of the ETag too.
    what
        Name of the list in ASCII, as in the address.
    ask
        Gives the table; not called for a 304.

    Returns
    -------
    answer
        200 with the file, which is noted in the audit trail; or 304. Kept by the visitor's own browser alone.
    """
    token = hashlib.sha256(f"{SHAPE}|{ctx.data_version()}|{ctx.row_scope_key}|{what}|{query}".encode()).hexdigest()[:24]
    kind = KINDS[query.kind]
    if any(known.split(":")[0] == token for known in request.if_none_match.as_set(include_weak=True)):
        found = Response(status=304)
    else:
        table = ask()
        found = Response(kind.write(table, query.lang), mimetype=kind.mimetype)
        _noted(ctx, query, what, len(table.frame))
        found.headers["Content-Disposition"] = content_disposition(file_name(table, query), what, saved=kind.saved)
    found.set_etag(token)
    found.headers["Cache-Control"] = "private, no-cache"
    return found


def file_name(table: Table, query: Query) -> str:
    """Place, what, which, as-of day: ``浑江区_逾期率_2026-11-22.xlsx``; demonstration data say so in the name.

    Parameters
    ----------
    table
        The list with its notes.
    query
        Of it state, part, kind of file and language.

    Returns
    -------
    name
        Ends in the kind; signs that file systems refuse are ``-``.
    """
    notes, lang = table.notes, query.lang
    parts = [notes.place, notes.title, query.states.get(query.state or "", "")]
    parts += [translate(f"api.part.{query.part}", lang)] if query.part else []
    parts += [notes.as_of.isoformat()]
    parts += [translate("layers.synthetic", lang)] if notes.fresh.synthetic else []
    name = "_".join(part for part in parts if part)
    return "".join("-" if char in '\\/:*?"<>|' else char for char in name) + f".{query.kind}"


def _noted(ctx: AppContext, query: Query, what: str, rows: int) -> None:
    """A line in the audit trail: lists hold names of people (PIPL art 51)."""
    told = {"unit": query.unit, "as_of": query.day.isoformat(), "format": query.kind, "rows": rows}
    ctx.execute(audit_trail.note_audit, "exported", what, json.dumps(told))
