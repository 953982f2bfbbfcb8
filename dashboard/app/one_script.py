"""A page's scripts as one and its styles as one, and of Plotly the part with maps: few requests, kept for good.

Dash names each script by itself; here they are read once, before the first visitor, and served together.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path

import brotli
from flask import Flask, Response, request
from werkzeug.test import Client

from dashboard.app.kept_scripts import STYLES

BESIDE = "/_dash-component-suites/dash/dcc"
"""Dash's components look for their parts beside the script they came with."""
LATER = "/_dash-component-suites/dash_ag_grid/"
"""Asked for when the first grid is shown (``45_lazy_grid.js``)."""
UNUSED = ("/_dash-component-suites/dash/dash_table/",)
"""A table nobody has."""
EARLY = ("async-graph.js", "async-datepicker.js")
"""Parts of Dash's components the first page needs at once."""

MAP_FOLDER = Path(__file__).with_name("vendor")
MAP_SCRIPT = "plotly-map-4.1.1.min.js"
MAP_ADDRESS = f"{BESIDE}/{MAP_SCRIPT}"
"""Plotly with its map traces alone, for machines with WebGL2; the others get the whole of it from Dash."""

_SOURCE = re.compile(r'<script src="([^"]+)"></script>')
_STYLE = re.compile(r'<link rel="stylesheet" href="([^"]+)">')
_LASTS = "public, max-age=31536000, immutable"


class OneScript:
    """The scripts and styles of the pages of one application, each read once.

    Attributes
    ----------
    later : addresses of scripts that are asked for when they are needed.
    """

    def __init__(self, server: Flask) -> None:
        self._server = server
        self._bodies: dict[str, bytes] = {}
        self._tags: dict[tuple[str, str], str] = {}
        self.later: tuple[str, ...] = ()
        server.add_url_rule(f"{BESIDE}/with-dash-renderer.js", "all_scripts", lambda: self._serve("js"))
        server.add_url_rule(STYLES, "all_styles", lambda: self._serve("css"))
        server.add_url_rule(MAP_ADDRESS, "map_script", _map_script)

    def script_tag(self, tags: str) -> str:
        """The one tag in the place of Dash's.

        Parameters
        ----------
        tags
            As ``interpolate_index`` is given them.

        Returns
        -------
        tag
            Names a digest of what it serves; what is no tag of a script of ours stays as it is.
        """
        return self._tag("js", tags)

    def style_tag(self, tags: str) -> str:
        """The one link in the place of Dash's.

        Parameters
        ----------
        tags
            As ``interpolate_index`` is given them.

        Returns
        -------
        tag
            As :meth:`script_tag`.
        """
        return self._tag("css", tags)

    def _tag(self, kind: str, tags: str) -> str:
        if (kind, tags) not in self._tags:
            self._tags = {key: tag for key, tag in self._tags.items() if key[0] != kind} | {
                (kind, tags): self._gather(kind, tags)
            }
        return self._tags[kind, tags]

    def _gather(self, kind: str, tags: str) -> str:
        pattern = _SOURCE if kind == "js" else _STYLE
        addresses = pattern.findall(tags)
        if kind == "js":
            self.later = tuple(each for each in addresses if each.startswith(LATER))
            addresses = [each for each in addresses if not each.startswith((LATER, *UNUSED))]
            addresses += [f"{BESIDE}/{name}" for name in EARLY]
        ends = b";\n" if kind == "js" else b"\n"
        body = b"".join(self._read(address).rstrip() + ends for address in addresses)
        self._bodies[kind] = body
        mark = hashlib.sha256(body).hexdigest()[:16]
        rest = pattern.sub("", tags).strip()
        if kind == "js":
            return f'{rest}<script src="{BESIDE}/with-dash-renderer.js?v={mark}"></script>'
        return f'{rest}<link rel="stylesheet" href="{STYLES}?v={mark}">'

    def _read(self, address: str) -> bytes:
        with Client(self._server).get(address) as answer:
            return answer.get_data()

    def _serve(self, kind: str) -> Response:
        mimetype = "text/javascript" if kind == "js" else "text/css"
        return _lasting(Response(self._bodies.get(kind, b""), mimetype=mimetype))


def _lasting(answer: Response) -> Response:
    answer.headers["Cache-Control"] = _LASTS
    return answer


@cache
def _packed() -> bytes:
    return (MAP_FOLDER / f"{MAP_SCRIPT}.br").read_bytes()


@cache
def _unpacked() -> bytes:
    return bytes(brotli.decompress(_packed()))


def _map_script() -> Response:
    """As it lies here for browsers that unpack it themselves, which is every one over https and on this machine."""
    if "br" not in request.accept_encodings:
        return _lasting(Response(_unpacked(), mimetype="text/javascript"))
    answer = _lasting(Response(_packed(), mimetype="text/javascript"))
    answer.headers["Content-Encoding"] = "br"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
