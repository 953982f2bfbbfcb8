"""``/mobiles/unit/<code>`` and ``/mobiles/subject/<id>``: private mobiles, once the asking is noted."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component
from flask import Flask, Response, request

from dashboard.components.cards import card, html_table
from dashboard.components.html_document import html_document
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.calendar import today
from geodata.locale import label_of, translate
from geodata.permissions import Permission
from geodata.responsibility import private_mobiles
from geodata.responsibility.chain import Chain, responsibility_chain

PERMISSION = Permission.SEE_MOBILES
COLUMNS = ("name", "role", "place", "mobile")


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes.

    Parameters
    ----------
    server
        The Flask server; ``/mobiles/<kind>/<place>`` is added to it.
    ctx
        What every route is given.
    """

    @server.get("/mobiles/<any(unit, subject):kind>/<path:place>")
    def mobiles_of_place(kind: str, place: str) -> Response:
        view = View.from_args(request.args)
        return html_document(view, translate("mobiles.title", view.lang), mobiles_screen(ctx, view, kind, place))


def mobiles_screen(ctx: AppContext, view: View, kind: str, place: str) -> Component:
    """The screen with the numbers; that they were asked for is committed before they are read.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language and theme.
    kind
        ``unit`` or ``subject``.
    place
        Code of the unit or number of the subject.

    Returns
    -------
    screen
        Who answers today, from the top to the place, of those whose number is open to the visitor.

    Raises
    ------
    NotFound
        There is no such place, or its mobiles are not open to the visitor.
    """
    asking = ctx.execute(private_mobiles.ask_for_mobiles, kind, place)
    numbers = ctx.query(private_mobiles.read_mobiles, asking)
    named = {"unit_code": place} if kind == "unit" else {"subject_id": place}
    chain = ctx.cached_query(responsibility_chain, today(), **named)
    lang = view.lang
    heads = [translate(f"mobiles.{name}", lang) for name in COLUMNS]
    rows, name = _rows(chain, numbers, view), chain.levels[-1].place_name
    title, back = translate("mobiles.of", lang, place=name), view.link_to(f"/{kind}/{quote(place)}")
    none = html.P(translate("mobiles.empty", lang), className="none")
    table = html_table(heads, rows, title, lang) if rows else none
    inside = card(title, html.P(translate("mobiles.noted", lang), className="note"), table)
    crumbs = [Crumb(name, back), Crumb(translate("mobiles.title", lang))]
    body = html.Main(html.Div(inside, className="broad"))
    return plain_frame(view, f"/mobiles/{kind}/{quote(place)}", crumbs, body, ctx)


def _rows(chain: Chain, numbers: dict[str, str], view: View) -> list[list[object]]:
    return [
        [html.B(post.name), label_of(post.role, view.lang), level.place_name, numbers[post.person_no]]
        for level in chain.levels
        for post in level.posts
        if post.person_no in numbers
    ]
