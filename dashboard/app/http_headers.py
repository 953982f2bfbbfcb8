"""What goes over the wire: compressed text answers, and headers that keep the browser at home."""

from __future__ import annotations

from threading import Lock
from typing import Any

from dash import Dash
from flask import Flask, Response, request
from flask_compress import Compress

from dashboard.app.guard import SCREENS
from geodata.settings import Settings

_MIMETYPES = [
    "application/geo+json",
    "application/javascript",
    "application/json",
    "font/ttf",
    "image/svg+xml",
    "text/css",
    "text/csv",
    "text/html",
    "text/javascript",
    "text/plain",
]


class _Shelf:
    """A small keep of compressed bodies in the form flask-compress asks for (keys are ``algorithm;address``)."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}
        self._lock = Lock()

    def get(self, key: str) -> Any:
        """The kept body or None."""
        return self._kept.get(key)

    def set(self, key: str, body: Any) -> None:
        """Keep the body of a script that never changes; every other answer is compressed anew."""
        if not key.endswith(";"):
            with self._lock:
                self._kept[key] = body


def _unchanging(asked: Any) -> str:
    """The address of Dash's fingerprinted scripts without its query (nobody can fill the shelf); "" for the rest."""
    return asked.path if asked.path.startswith("/_dash-component-suites/") else ""


def compress_answers(server: Flask) -> None:
    """Compress what the browser accepts, brotli before gzip.

    Parameters
    ----------
    server
        The application's Flask server; texts of 600 bytes and more are compressed.
    """
    server.config.update(
        COMPRESS_MIMETYPES=_MIMETYPES,
        COMPRESS_ALGORITHM=["br", "gzip"],
        COMPRESS_BR_LEVEL=5,
        COMPRESS_LEVEL=6,
        COMPRESS_MIN_SIZE=600,
        COMPRESS_CACHE_KEY=_unchanging,
        COMPRESS_CACHE_BACKEND=_Shelf,
    )
    Compress(server)


SCRIPTLESS = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors 'none'"
)
"""The policy of pages that need no script: none runs on them."""

_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), payment=(), usb=(), geolocation=(self)",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def guard_headers(app: Dash, settings: Settings) -> None:
    """Let the browser ask nobody but this server, guess no types, and show no page of ours inside another.

    Parameters
    ----------
    app
        The application, complete: the hashes of its inline scripts go into the policy.
    settings
        With ``tls`` the browser is also told to come by HTTPS alone, for a year.
    """
    scripts = " ".join(["'self'", *app.csp_hashes()])
    # mapstack.md §4.7: the map's worker is a blob
    scripted = (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; worker-src blob:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'none'"
    )

    @app.server.after_request
    def add(answer: Response) -> Response:
        for name, value in _ALWAYS.items():
            answer.headers.setdefault(name, value)
        policy = scripted if request.endpoint in SCREENS and answer.status_code == 200 else SCRIPTLESS
        answer.headers.setdefault("Content-Security-Policy", policy)
        if settings.tls:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return answer
