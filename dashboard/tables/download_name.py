"""The name a downloaded file is saved under."""

from __future__ import annotations

from urllib.parse import quote


def content_disposition(name: str, plain: str, *, saved: bool) -> str:
    """The header of a file name in any script (RFC 6266).

    Parameters
    ----------
    name
        The real name, with its ending.
    plain
        Name in ASCII without ending, for old programs.
    saved
        Whether the browser saves the file; else it may show it.

    Returns
    -------
    header
        Value of ``Content-Disposition``.
    """
    way = "attachment" if saved else "inline"
    return f"{way}; filename=\"{plain}.{name.rpartition('.')[2]}\"; filename*=UTF-8''{quote(name, safe='')}"
