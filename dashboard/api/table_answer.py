"""A table as an HTTP answer: ETag of data version and question, an honest file name, a line in the audit trail."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from flask import Response, request

from dashboard.api.query import Query
from dashboard.request.context import AppContext
from dashboard.tables.download_name import content_disposition
from geodata.accounts import audit_trail
from geodata.accounts.audit_trail import Export
from geodata.locale import translate
from geodata.tables.table import Table
from geodata.tables.table_files import KINDS

MOST_SIGNS = 40
"""Of one part of a file's name: all of it has to fit into what a file system takes, 255 bytes."""
SHAPE = "1"
"""Part of every ETag; raise it when files come to look different for the same data."""


def is_at_hand(ctx: AppContext, query: Query, what: str) -> bool:
    """Whether whoever asks has the very file that is asked for.

    Parameters
    ----------
    ctx
        Its version of the data and the visitor's rows go into the ETag.
    query
        The question; part of the ETag too.
    what
        Name of the list in ASCII, as in the address.

    Returns
    -------
    known
        Nothing need be counted then.
    """
    token = _token(ctx, query, what)
    return any(known.split(":")[0] == token for known in request.if_none_match.as_set(include_weak=True))


def not_again(ctx: AppContext, query: Query, what: str) -> Response:
    """The answer where ``is_at_hand``.

    Parameters
    ----------
    ctx
        As there.
    query
        As there.
    what
        As there.

    Returns
    -------
    answer
        304.
    """
    return _tagged(Response(status=304), _token(ctx, query, what))


@dataclass(frozen=True)
class MadeFile:
    """A file as it was made, with what its name and the audit trail need to know of it."""

    body: bytes
    name: str
    noted: Export


def made_file(query: Query, what: str, table: Table) -> MadeFile:
    """The file of a table.

    Parameters
    ----------
    query
        The question, with the kind of file and the language.
    what
        Name of the list in ASCII, as in the address.
    table
        What it is made of.

    Returns
    -------
    file
        The same for whoever asks the same and sees the same rows.
    """
    body = KINDS[query.kind].write(table, query.lang)
    return MadeFile(body, file_name(table, query), noted_export(query, what, table))


def table_answer(ctx: AppContext, query: Query, what: str, file: MadeFile) -> Response:
    """The file that was asked for.

    Parameters
    ----------
    ctx
        Its version of the data and the visitor's rows go into the ETag.
    query
        The question; part of the ETag too.
    what
        Name of the list in ASCII, as in the address.
    file
        As :func:`made_file` gives it.

    Returns
    -------
    answer
        200 with the file, which is noted in the audit trail every time.
    """
    kind = KINDS[query.kind]
    found = Response(file.body, mimetype=kind.mimetype)
    ctx.execute(audit_trail.note_export, file.noted)
    found.headers["Content-Disposition"] = content_disposition(file.name, what, saved=kind.saved)
    return _tagged(found, _token(ctx, query, what))


def noted_export(query: Query, what: str, table: Table) -> Export:
    """What the audit trail is told of a file that is handed out: lists hold names of people (PIPL art 51).

    Parameters
    ----------
    query
        The question.
    what
        Name of the list in ASCII, as in the address.
    table
        What the file is made of.

    Returns
    -------
    export
        Without a job.
    """
    return Export(what, query.kind, query.unit, query.day, len(table.frame))


def _token(ctx: AppContext, query: Query, what: str) -> str:
    asked = f"{SHAPE}|{ctx.data_version()}|{ctx.row_scope_key}|{what}|{query}"
    return hashlib.sha256(asked.encode()).hexdigest()[:24]


def _tagged(found: Response, token: str) -> Response:
    found.set_etag(token)
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
        Ends in the kind; signs that file systems refuse are ``-``, and a part of more than ``MOST_SIGNS`` is cut.
    """
    notes, lang = table.notes, query.lang
    parts = [notes.place, notes.title, query.states.get(query.state or "", "")]
    parts += [translate(f"api.part.{query.part}", lang)] if query.part else []
    parts += [notes.as_of.isoformat()]
    parts += [translate("layers.synthetic", lang)] if notes.fresh.synthetic else []
    name = "_".join(part if len(part) <= MOST_SIGNS else f"{part[:MOST_SIGNS]}…" for part in parts if part)
    return "".join("-" if char in '\\/:*?"<>|' else char for char in name) + f".{query.kind}"
