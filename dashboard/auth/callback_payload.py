"""What a browser says to a callback, held against what the callback asks: Dash itself believes whatever it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from dash import Dash
from flask import request

_KNOWN = frozenset({"output", "outputs", "inputs", "state", "changedPropIds", "parsedChangedPropsIds"})


def read_payload() -> Any:
    """The request's JSON; None when it is none, or nested so deep that nobody could have meant it.

    Returns
    -------
    payload
        Whatever JSON holds, not judged yet.

    Raises
    ------
    RequestEntityTooLarge
        More bytes than a request may have (werkzeug's own 413).
    """
    try:
        return request.get_json(silent=True)
    except RecursionError:
        return None


def holds_unspeakable(texts: Iterable[str]) -> bool:
    """Whether a text holds the sign no text in a database can hold.

    Parameters
    ----------
    texts
        Decoded texts of a request.

    Returns
    -------
    holds
        True when one of them has a NUL.
    """
    return any("\x00" in text for text in texts)


def payload_fits(app: Dash, asked: Mapping[str, Any]) -> bool:
    """Whether the payload names exactly the outputs, inputs and states its callback has; values may be anything.

    Parameters
    ----------
    app
        The application, complete.
    asked
        The payload; its ``output`` is that of a callback the server has.

    Returns
    -------
    fits
        False for anything missing, added or in another order.
    """
    spec = _specs(app)[asked["output"]]
    changed = asked.get("changedPropIds", [])
    names = {f"{each['id']}.{each['property']}" for each in spec["inputs"]}
    return (
        asked.keys() <= _KNOWN
        and _same(asked.get("inputs"), spec["inputs"])
        and _same(asked.get("state", []), spec["state"])
        and _outputs(asked.get("outputs")) == _named(asked["output"])
        and isinstance(changed, list)
        and all(isinstance(each, str) and each in names for each in changed)
    )


@lru_cache(maxsize=8)
def _specs(app: Dash) -> dict[str, dict[str, Any]]:
    """Every callback as Dash tells its browsers; complete once the application is."""
    return {each["output"]: each for each in app._callback_list}


def _same(said: Any, spec: list[dict[str, Any]]) -> bool:
    return (
        isinstance(said, list)
        and len(said) == len(spec)
        and all(
            isinstance(one, dict) and (one.get("id"), one.get("property")) == (each["id"], each["property"])
            for one, each in zip(said, spec, strict=True)
        )
    )


def _outputs(said: Any) -> list[tuple[Any, Any]] | None:
    several = said if isinstance(said, list) else [said]
    return [(one.get("id"), one.get("property")) for one in several] if all(map(_is_dict, several)) else None


def _is_dict(one: Any) -> bool:
    return isinstance(one, dict)


def _named(output: str) -> list[tuple[str, str]]:
    """The outputs that a name lists: ``a.b``, or several as ``..a.b...c.d..``."""
    parts = output[2:-2].split("...") if output.startswith("..") else [output]
    return [(part.rpartition(".")[0], part.rpartition(".")[2]) for part in parts]
