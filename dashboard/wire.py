"""What goes over the wire: compressed text answers, and headers that keep the browser at home."""

from __future__ import annotations

from threading import Lock
from typing import Any

from dash import Dash
from flask import Flask, Response
from flask_compress import Compress

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


def compress(server: Flask) -> None:
    """Compress what the browser accepts, brotli before gzip."""
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


def guard(app: Dash) -> None:
    """Let the browser ask nobody but this server and guess no types (mapstack.md §4.7: the map's worker is a blob)."""
    scripts = " ".join(["'self'", *app.csp_hashes()])
    policy = (
        f"default-src 'none'; script-src {scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
        "connect-src 'self'; font-src 'self'; worker-src blob:; base-uri 'none'; form-action 'self'; "
        "frame-ancestors 'self'"
    )

    @app.server.after_request
    def add(answer: Response) -> Response:
        answer.headers.setdefault("X-Content-Type-Options", "nosniff")
        answer.headers.setdefault("Referrer-Policy", "same-origin")
        if answer.mimetype == "text/html":
            answer.headers.setdefault("Content-Security-Policy", policy)
        return answer
