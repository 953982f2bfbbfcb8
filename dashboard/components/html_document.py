"""Pages that need no script: sign-in, the own account, management, refusals; written from the parts of the others."""

from __future__ import annotations

from typing import Any

from flask import Response
from markupsafe import Markup, escape

from dashboard.components.document_head import HTML_LANG, TOKENS
from dashboard.components.html_markup import html_markup
from dashboard.request.view import View
from geodata.locale import translate

_STYLES = (
    "05_fonts.css",
    "20_grid.css",
    "21_sheet.css",
    "22_forms.css",
    "23_search.css",
    "23_touch.css",
    "25_print.css",
)

_DOCUMENT = Markup(
    '<!DOCTYPE html>\n<html lang="{lang}" data-theme="{theme}"><head><meta charset="utf-8">'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><title>{title}</title>'
    '<link rel="icon" href="/_favicon.ico">{tokens}{styles}</head><body>{body}</body></html>\n'
)


def html_document(view: View, title: str, body: Any, status: int = 200) -> Response:
    """A whole page of components in the view's language and theme.

    Parameters
    ----------
    view
        Of it language and theme.
    title
        Of the window, before the product's name.
    body
        What ``html_markup`` writes.
    status
        The HTTP status.

    Returns
    -------
    answer
        UTF-8 HTML without a script.

    Raises
    ------
    TypeError
        ``body`` holds a component that is more than HTML.
    """
    styles = Markup().join(Markup('<link rel="stylesheet" href="/assets/{}">').format(name) for name in _STYLES)
    text = _DOCUMENT.format(
        lang=HTML_LANG[view.lang],
        theme=view.theme,
        title=escape(f"{title} · {translate('ui.title', view.lang)}"),
        tokens=Markup(TOKENS),  # noqa: S704  # our own colours
        styles=styles,
        body=html_markup(body),
    )
    return Response(str(text), status, mimetype="text/html")
