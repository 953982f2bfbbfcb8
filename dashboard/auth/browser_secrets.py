"""What a browser keeps to be known again, the secrets of its session and of the device; here both are keyed hashes.

A device is a browser in which somebody has signed in. Its cookie opens nothing: it says that tries from here are not
those of a stranger (``grid.sign_in_try``).
"""

from __future__ import annotations

import hashlib
import hmac
import secrets

from flask import Response, after_this_request, current_app, request
from itsdangerous import BadSignature, URLSafeSerializer

DEVICE = "grid_device"
"""Name of the cookie."""
DEVICE_SECONDS = 400 * 24 * 3600
"""The longest that browsers keep one; the database forgets a device sooner (``known_device_days``)."""


def new_secret() -> str:
    """Draw a secret.

    Returns
    -------
    secret
        256 bits in signs that a cookie may hold; no colon.
    """
    return secrets.token_urlsafe(32)


def keyed_hash(secret: str) -> str:
    """What is kept of a secret: of no use to whoever reads the database without the installation's key.

    Parameters
    ----------
    secret
        Any text.

    Returns
    -------
    hash
        HMAC-SHA-256 in hexadecimal, under the key that signs sessions.
    """
    return _keyed_hash(str(current_app.config["SECRET_KEY"]), secret)


def _keyed_hash(key: str, secret: str) -> str:
    return hmac.new(key.encode(), secret.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def asking_device() -> str | None:
    """The device of the request at hand.

    Returns
    -------
    device_hash
        Keyed hash of its secret; None where the browser has no cookie that this installation signed.
    """
    secret = _device_secret()
    return keyed_hash(secret) if secret is not None else None


def keep_device() -> str:
    """Let the browser of the request at hand be known again: its own secret goes on, or it is given one.

    Returns
    -------
    device_hash
        Keyed hash of the secret; the answer to the request sets the cookie.
    """
    secret = _device_secret() or new_secret()

    @after_this_request
    def set_cookie(answer: Response) -> Response:
        secure = bool(current_app.config["SESSION_COOKIE_SECURE"])
        answer.set_cookie(
            DEVICE, _signer().dumps(secret), max_age=DEVICE_SECONDS, httponly=True, samesite="Lax", secure=secure
        )
        return answer

    return keyed_hash(secret)


def _device_secret() -> str | None:
    try:
        said = _signer().loads(request.cookies.get(DEVICE, ""))
    except BadSignature:
        return None
    return said if isinstance(said, str) else None


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(str(current_app.config["SECRET_KEY"]), salt="device")
