"""The header ``Authorization`` as it can be read."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import Authorization


def read_authorization() -> Authorization | None:
    """The header's parts.

    Returns
    -------
    said
        None where there is none that can be read, of signs beyond ASCII too, which Werkzeug raises at.
    """
    try:
        return request.authorization
    except ValueError:
        return None
