"""Answers to programs: one sentence as JSON, in the language asked for."""

from __future__ import annotations

import json

from flask import Response, request

from geodata.locale import Lang
from geodata.settings import settings


def json_refusal(sentence: str, status: int) -> Response:
    """One sentence as JSON; never kept by a cache.

    Parameters
    ----------
    sentence
        What is told, in the language asked for.
    status
        The HTTP status.

    Returns
    -------
    answer
        ``{"error": sentence}`` in UTF-8.
    """
    found = Response(json.dumps({"error": sentence}, ensure_ascii=False), status, mimetype="application/json")
    found.headers["Cache-Control"] = "no-store"
    return found


def asked_language() -> Lang:
    """The language to answer the request in, whatever else is wrong with it.

    Returns
    -------
    lang
        That of the parameter ``lang``; the set one where it says none.
    """
    said = request.args.get("lang")
    return Lang(said) if said in set(Lang) else settings().lang
