"""The page a request was sent from, as the browser tells it; programs need not tell."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import request


def referring_page() -> str:
    """The address of the page a link was followed or a form was sent from.

    Returns
    -------
    address
        Path and question, of this server alone; "" where the browser tells of none, or of another server's.
    """
    told = urlsplit(request.referrer or "")
    if told.netloc != request.host or not told.path.startswith("/") or told.path[1:2] in ("/", "\\"):
        return ""
    return told.path + (f"?{told.query}" if told.query else "")
