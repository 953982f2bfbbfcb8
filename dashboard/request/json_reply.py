"""Answers to programs: one sentence as JSON, in the language asked for."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from flask import Response, request

from geodata.locale import Lang
from geodata.settings import settings


def json_refusal(sentence: str, status: int, **beside: Any) -> Response:
    """One sentence as JSON.

    Parameters
    ----------
    sentence
        What is told, in the language asked for.
    status
        The HTTP status.
    **beside
        What else is told, as JSON can hold it.

    Returns
    -------
    answer
        ``{"error": sentence}`` in UTF-8, with what stands beside it.
    """
    told = json.dumps({"error": sentence, **beside}, ensure_ascii=False)
    return Response(told, status, mimetype="application/json")


def asked_language() -> Lang:
    """The language to answer the request in, whatever else is wrong with it.

    Returns
    -------
    lang
        That of the parameter ``lang``; of what an open page asks for, that page's; the set one where neither says any.
    """
    said = request.args.get("lang")
    if said is None and not wants_page() and request.referrer:
        said = dict(parse_qsl(urlsplit(request.referrer).query)).get("lang")
    return Lang(said) if said in set(Lang) else settings().lang


def wants_page() -> bool:
    """Whether the request is a person's, who reads pages.

    Returns
    -------
    page
        False for programs, and for the callbacks of a page that is there.
    """
    return "text/html" in request.headers.get("Accept", "") and not request.path.startswith("/_dash")
