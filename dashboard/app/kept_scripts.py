"""Dash's scripts and styles in memory, each once as it is and once as compressed, however many read them."""

from __future__ import annotations

from threading import Lock
from typing import Any

from dash import Dash
from dash.fingerprint import check_fingerprint
from flask import Response

_ADDRESS = "/_dash-component-suites/"
STYLES = "/assets/all.css"
_ENDPOINT = "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>"


def script_asked_for(asked: Any) -> str:
    """Which script a request asks for.

    Parameters
    ----------
    asked
        The request.

    Returns
    -------
    address
        Without query and fingerprint, which whoever asks may choose: no more is kept than there are scripts.
        "" for everything else.
    """
    return str(check_fingerprint(asked.path)[0]) if asked.path.startswith((_ADDRESS, STYLES)) else ""


class _Shelf:
    """Compressed bodies, in the form flask-compress asks for (keys are ``algorithm;address``)."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._lock = Lock()

    def get(self, key: str) -> Any:
        """The kept body or None."""
        return self._kept.get(key)

    def set(self, key: str, body: Any) -> None:
        """Keep the body of a script; every other answer is compressed anew."""
        if not key.endswith(";"):
            with self._lock:
                self._kept[key] = body


COMPRESSED: dict[str, Any] = {"COMPRESS_CACHE_KEY": script_asked_for, "COMPRESS_CACHE_BACKEND": _Shelf}
"""Settings of flask-compress that keep every script once as compressed."""


def keep_scripts(app: Dash) -> None:
    """Let all answers with one script share its bytes.

    Parameters
    ----------
    app
        The application, with Dash's own addresses.
    """
    answer = app.server.view_functions[_ENDPOINT]
    kept: dict[tuple[str, str], bytes] = {}

    def serve(package_name: str, fingerprinted_path: str) -> Response:
        said: Response = answer(package_name=package_name, fingerprinted_path=fingerprinted_path)
        if said.status_code == 200:
            path, _ = check_fingerprint(fingerprinted_path)
            said.set_data(kept.setdefault((package_name, path), said.get_data()))
        return said

    app.server.view_functions[_ENDPOINT] = serve
