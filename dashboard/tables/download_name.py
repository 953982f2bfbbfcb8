"""The name a downloaded file is saved under."""

from __future__ import annotations

from urllib.parse import quote


def content_disposition(name: str, plain: str, *, saved: bool) -> str:
    """The header of a file name in any script (RFC 6266): ``plain`` in ASCII for old programs, the real one beside."""
    way = "attachment" if saved else "inline"
    return f"{way}; filename=\"{plain}.{name.rpartition('.')[2]}\"; filename*=UTF-8''{quote(name, safe='')}"
