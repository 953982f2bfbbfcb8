"""The OpenAPI document of ``/api``, made from what its addresses understand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.api.query import MOST_SIGNS, Accepts
from geodata.indicator import PARTS
from geodata.indicators import INDICATORS
from geodata.levels import current_levels
from geodata.locale import Lang, translate
from geodata.rollup.narrowing import OUTLINE
from geodata.rollup.narrowing import WORDS as NARROWED_BY
from geodata.tables.table_files import KINDS
from layers.catalog import discover

_WORDS: dict[str, tuple[str, ...]] = {"part": PARTS, "lang": tuple(Lang)}
_JOB = {"job": "integer", "state": "string", "page": "string", "file": "string"}
_FAULTS = ("400", "401", "403", "404", "410", "500")


def openapi_document(addresses: Mapping[str, Accepts], lang: Lang) -> dict[str, Any]:
    """OpenAPI 3.1: every address with its parameters, its kinds of file and its refusals.

    Parameters
    ----------
    addresses
        Last part of the path → what the address understands.
    lang
        The language of titles and descriptions.

    Returns
    -------
    document
        JSON's own kinds.
    """
    return {
        "openapi": "3.1.0",
        "info": {"title": translate("ui.title", lang), "version": "1", "description": translate("api.about", lang)},
        "paths": {f"/api/{name}": {"get": _operation(name, accepts, lang)} for name, accepts in addresses.items()},
    }


def _operation(name: str, accepts: Accepts, lang: Lang) -> dict[str, Any]:
    content = {KINDS[kind].mimetype: {} for kind in accepts.kinds}
    error = {"application/json": {"schema": {"type": "object", "properties": {"error": {"type": "string"}}}}}
    answers = {"200": {"description": translate(f"api.title.{name}", lang), "content": content}}
    told = {name: {"type": kind} for name, kind in _JOB.items()}
    content = {"application/json": {"schema": {"type": "object", "properties": told}}}
    answers["202"] = {"description": translate("api.status.202", lang), "content": content}
    answers["304"] = {"description": translate("api.status.304", lang), "content": {}}
    refused = {status: {"description": translate(f"api.status.{status}", lang), "content": error} for status in _FAULTS}
    return {
        "operationId": name,
        "summary": translate(f"api.title.{name}", lang),
        "parameters": [_parameter(parameter, accepts, lang) for parameter in accepts.parameters],
        "responses": answers | refused,
    }


def _parameter(name: str, accepts: Accepts, lang: Lang) -> dict[str, Any]:
    known = {"format": accepts.kinds, "indicator": tuple(INDICATORS), "level": current_levels().every} | _WORDS
    known |= {"state": tuple(accepts.states)} if accepts.states else {}
    known |= {field: tuple(words) for field, words in NARROWED_BY.items()}
    schema: dict[str, Any] = {"type": "string"}
    if name in ("asof", "since"):
        schema["format"] = "date"
    elif name in ("find", "product", "person"):
        schema["maxLength"] = MOST_SIGNS
    elif name == "inside":
        schema["pattern"] = f"^{OUTLINE}$"
    elif name == "class":
        schema["pattern"] = f"^({'|'.join(discover())}):[a-z][a-z0-9_]{{0,39}}$"
    elif name == "indicator" and not accepts.one_indicator:
        schema["description"] = ", ".join(known[name])
    elif name in known:
        schema["enum"] = list(known[name])
    required = accepts.one_indicator and name == "indicator"
    return {
        "name": name,
        "in": "query",
        "required": required,
        "schema": schema,
        "description": translate(f"api.parameter.{name}", lang),
    }
