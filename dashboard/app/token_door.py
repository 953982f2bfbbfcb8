"""Personal tokens at the door: one in the header ``Authorization`` reads feeds; one anywhere else is refused.

A feed is an address that says so (``TOKENS`` of its routes). A token opens it by GET and HEAD alone, for that request
alone: no session comes of it, and no session beside it counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask import Response, request

from dashboard.app.error_page import error_document
from dashboard.request.authorization import read_authorization
from dashboard.request.context import AppContext
from dashboard.request.json_reply import asked_language, json_refusal
from dashboard.request.signed_in import enter_by_token
from dashboard.request.view import View
from geodata.accounts import tokens
from geodata.accounts.token_secret import PREFIX, find_secrets
from geodata.errors import Forbidden
from geodata.locale import translate

READING = frozenset({"GET", "HEAD"})
_ESCAPED = re.compile(r"\\u00([0-7][0-9a-f])", re.IGNORECASE)
"""A sign of ASCII as JSON may also write it."""


@dataclass
class TokenDoor:
    """Judges what a request holds of tokens; of other headers ``Authorization``, a proxy's say, it takes no notice."""

    ctx: AppContext

    def refuse_exposed(self) -> Response | None:
        """The refusal of a request whose address names a token; the token ends at once.

        Browsers and every proxy on the way keep addresses, and the user's name of HTTP Basic: what stood there is known
        to others.

        Returns
        -------
        refusal
            One sentence, 400; None for an address like any other.
        """
        said = read_authorization()
        name = said.username if said is not None and said.type == "basic" else None
        address = f"{request.path}?{request.query_string.decode('latin-1')} {name or ''}"
        found = find_secrets(address)
        if not found:
            return None
        self.ctx.execute(tokens.burn_tokens, found)
        return _refusal("exposed", 400)

    def refuse_written(self) -> Response | None:
        """The refusal of a form or a callback that holds a token: what is written is kept, and others may read it.

        Returns
        -------
        refusal
            One sentence, 400; None for what holds none, in its fields, in the names of its files or in its JSON.
        """
        said = str([*request.form.items(multi=True), *(each.filename for each in request.files.values())])
        if request.is_json:
            said += _ESCAPED.sub(lambda sign: chr(int(sign[1], 16)), request.get_data(as_text=True))
        return _refusal("written", 400) if find_secrets(said) else None

    def judge_token(self, *, feed: bool) -> Response | None:
        """Let the owner of the token in the request's header read, as far as the token reaches.

        Parameters
        ----------
        feed
            Whether what is asked for is open to tokens at all.

        Returns
        -------
        refusal
            One sentence: 401 elsewhere and for a token that opens nothing, 429 after too many such. None when it is in,
            or when no token was sent.
        """
        sent = sent_token()
        if sent is None:
            return None
        if not feed or request.method not in READING:
            return _refusal("elsewhere", 401)
        state, token_id, login = self.ctx.execute(tokens.try_token, sent)
        visitor = self.ctx.find_visitor(login, token_id) if state == "open" else None
        if visitor is None or not visitor.admitted:
            return _refusal(state if state != "open" else "closed", 429 if state == "busy" else 401)
        enter_by_token(visitor)
        return None


def sent_token() -> str | None:
    """The token in the header ``Authorization`` of the request at hand.

    Returns
    -------
    sent
        What stands as ``Bearer`` or as the password of ``Basic``, if it begins like a token; "" for a header that holds
        one in any other way; None for one that holds none.
    """
    said = read_authorization()
    sent = {"bearer": said.token, "basic": said.password}.get(said.type) if said is not None else None
    if sent is not None and sent.startswith(PREFIX):
        return sent
    return "" if find_secrets(request.headers.get("Authorization", "")) else None


def ask_for_token(answer: Response) -> Response:
    """Tell a program how to say who it is; a browser is not told of Basic, or it would ask its person for a password.

    Parameters
    ----------
    answer
        One with the status 401, of a feed.

    Returns
    -------
    answer
        The same.
    """
    by_browser = "Sec-Fetch-Mode" in request.headers or "text/html" in request.headers.get("Accept", "")
    answer.headers["WWW-Authenticate"] = 'Bearer realm="grid"' + ("" if by_browser else ', Basic realm="grid"')
    return answer


def _refusal(why: str, status: int) -> Response:
    """One sentence; the page of a browser names no parameter of the address, which may hold the token."""
    lang = asked_language()
    sentence = translate(f"door.token.{why}", lang)
    if "text/html" in request.headers.get("Accept", ""):
        found = error_document(View(lang=lang), sentence, status, Forbidden.banner, None, "/")
    else:
        found = json_refusal(sentence, status)
    found.headers["Referrer-Policy"] = "no-referrer"
    return ask_for_token(found) if status == 401 and why != "elsewhere" else found
