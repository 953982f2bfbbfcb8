"""What goes over the wire: compressed text answers, and headers that keep the browser at home."""

from __future__ import annotations

from urllib.parse import urlsplit, urlunsplit

from dash import Dash
from flask import Flask, Response, request
from flask_compress import Compress

from dashboard.app.guard import SCREENS
from dashboard.app.kept_scripts import COMPRESSED
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
        **COMPRESSED,
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


LASTING = frozenset(
    {
        "/_dash-component-suites/<string:package_name>/<path:fingerprinted_path>",
        "_dash_assets.static",
        "/_favicon.ico",
        "all_scripts",
        "all_styles",
        "map_script",
        "sprite_index",
        "sprite_image",
    }
)
"""Endpoints of scripts, styles and patterns, which hold no fact and say themselves how long they may be kept."""


_WHOLE = frozenset({200, 206, 304})


def guard_headers(app: Dash, settings: Settings) -> None:
    """Let the browser ask nobody but this server, guess no types, keep no fact, and show no page inside another.

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
        if request.endpoint not in LASTING or answer.status_code not in _WHOLE:
            answer.headers["Cache-Control"] = "no-store"  # nor does a browser show it again once somebody has left
        _stay_here(answer)
        policy = scripted if request.endpoint in SCREENS and answer.status_code == 200 else SCRIPTLESS
        answer.headers.setdefault("Content-Security-Policy", policy)
        if settings.tls:
            answer.headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return answer


def _stay_here(answer: Response) -> None:
    """Make an address of this server relative: whoever asks chooses the name he asks it by."""
    where = urlsplit(answer.headers.get("Location", ""))
    if where.netloc and where.netloc == request.host:
        path = "/" + where.path.lstrip("/")
        answer.headers["Location"] = urlunsplit(("", "", path, where.query, where.fragment))
