"""What the browser is given when the map's address changes: one answer that says all, whatever was shown before."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from datetime import date
from typing import Any

from dash.development.base_component import Component
from flask import Response, request
from plotly.io.json import to_json_plotly

from dashboard.components.top_bar import quiet_links
from dashboard.request.asked_view import require_choice
from dashboard.request.client import Client
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.map import layout as screen
from dashboard.screens.map import map_drawing, time_bar
from dashboard.screens.map.component_ids import Ids
from dashboard.screens.map.view_model import MapViewModel, settled_view
from geodata.calendar import today
from geodata.saved.map_notes import notes_mark

_SIGNED = re.compile(r'"value":"[\w-]+\.[\w-]+\.[\w-]+"')
"""The token of a form, which is another one every second."""


def map_answer(model: MapViewModel) -> dict[str, Any]:
    """Everything of a view that may differ from another view of the same screen.

    Parameters
    ----------
    model
        The view asked for, not settled.

    Returns
    -------
    answer
        ``search`` of the view as it is settled; ``panels`` by id; ``fixed`` values of the controls of time;
        ``alert``, a component where the map failed; ``map`` as :func:`map_drawing.map_changes`, or ``figure`` where
        there is no WebGL2.

    Raises
    ------
    UserError
        The layer has no such class.
    """
    model = settled_view(model)
    require_choice("only", model.view.only, model.known_classes)
    live = model.client.webgl
    drawn = screen.build_or_alert(
        model, Ids.MAP, lambda: map_drawing.map_changes(model) if live else map_drawing.screen_figure(model)
    )
    failed = isinstance(drawn, Component)
    return {
        "search": model.view.search,
        "alert": drawn if failed else None,
        "map": drawn if live and not failed else None,
        "figure": drawn if not live and not failed else None,
        "fixed": {
            Ids.MONTH: time_bar.slider_position(model.day, model.begins),
            Ids.DAY: model.day.isoformat(),
            Ids.NOW: f"{model.day:%Y-%m}",
        },
        "panels": dict(zip(screen.PANELS, screen.filled_panels(model), strict=True)),
    }


def answer_json(told: Any) -> str:
    """An answer as text, components and figures among it.

    Parameters
    ----------
    told
        What :func:`map_answer` or :func:`map_drawing.point_values_of` gives.

    Returns
    -------
    text
        JSON.
    """
    return str(to_json_plotly(told))


def answer_tag(ctx: AppContext, view: View, client: Client, what: str) -> str:
    """A name of an answer that is the same as long as the answer is, told without making it.

    An answer follows from the data, the rows whoever asks may see, the day, the view and the machine; what stands in
    the header (a late backup, something new) and the notes follow from more and are asked for it.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view, client
        What is asked for.
    what
        Which answer, and what a click said.

    Returns
    -------
    tag
        Of hexadecimal digits.
    """
    seen: tuple[str, str, str, date] = (ctx.data_version(), ctx.row_scope_key, ctx.login, today())
    header = _SIGNED.sub("", answer_json([quiet_links(view, "/", ctx), ctx.query(notes_mark)]))
    return hashlib.sha256(repr((seen, view, client, what, header)).encode("utf-8", "replace")).hexdigest()[:32]


def tagged_answer(tag: str, make: Callable[[], Any], write: Callable[[Any], str] = answer_json) -> Response:
    """The answer to the request at hand, or only that it is still the one the browser has, without making it.

    Parameters
    ----------
    tag
        As :func:`answer_tag` gives it.
    make
        Makes what is told.
    write
        Writes it as text.

    Returns
    -------
    answer
        JSON, where nobody says otherwise.
    """
    if tag in request.if_none_match:
        return Response(status=304)
    made = Response(write(make()), mimetype="application/json")
    made.set_etag(tag)
    return made
