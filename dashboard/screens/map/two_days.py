"""Two days on the one map: the earlier one picked, units by change, both pictures, the lines of months."""

from __future__ import annotations

from datetime import date
from urllib.parse import quote

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components.comparing.change_list import ChangeRow, points_text
from dashboard.components.comparing.since_menu import since_menu
from dashboard.request.view import View
from dashboard.screens.map.components import swatch_style
from dashboard.screens.map.next_view import into_unit
from dashboard.screens.map.view_model import MapViewModel
from geodata.calendar import month_ends
from geodata.errors import NotFound
from geodata.locale import translate
from geodata.rollup.indicator_counts import count_indicator
from geodata.territory.units import get_unit, root_units
from layers.changes import rank_changes
from layers.moves.month_lines import month_lines_svg, month_rates
from layers.palette import theme_of

MONTHS = 12


def compare_panel(model: MapViewModel) -> Component:
    """The menu of earlier days; while two are compared, the ways to both pictures and to the list of what changed.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    panel
        A section beside the filters.
    """
    view, lang = model.view, model.view.lang
    parts = since_menu(view, "/", model.day, model.since)
    if model.since:
        word = "ui.compare.map" if view.side else "ui.compare.beside"
        listed = view.with_fields(
            table=False, side=False, only=None, subject=None, unit=model.within, indicator=model.base.indicator
        )
        parts += [
            html.A(translate(word, lang), href=view.link_to(side=not view.side), className="way", **{"data-soft": ""}),
            html.A(translate("ui.compare.list", lang), href=listed.link_to("/changes"), className="way"),
        ]
    return html.Section(parts, className="comparing chips", **{"aria-label": translate("ui.compare.label", lang)})


def change_rows(model: MapViewModel) -> list[ChangeRow]:
    """One row per unit of the scope.

    Parameters
    ----------
    model
        One view of the map in which two days are compared.

    Returns
    -------
    rows
        The worst change first, what cannot be compared last.
    """
    fills = {row.key: swatch_style(model, row)["background"] for row in model.legend.classes}
    lines, nothing = lines_address(model), model.legend.classes[-1].key
    return [
        ChangeRow(
            name=str(row["name"]),
            said=str(row["said"]),
            points=points_text(None if pd.isna(row["points"]) else float(row["points"])),
            fill=fills[nothing if pd.isna(row["state"]) else str(row["state"])],
            href=into_unit(model.view, str(code), model.level).link_to(),
            line=f"{lines}#u{quote(str(code), safe='')}",
            chosen=str(code) == model.within,
        )
        for code, row in rank_changes(model.local).iterrows()
    ]


def lines_address(model: MapViewModel) -> str:
    """Where the browser finds the lines of all units in view: one drawing, whichever day is compared with.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    address
        A path of this server.
    """
    of_lines = View(
        asof=model.day,
        since=model.since,
        layer=model.base.key,
        level=model.view.level,
        unit=model.within,
        theme=model.view.theme,
        **model.view.narrowing.said,
    )
    return f"{of_lines.link_to('/map/months.svg')}&v={model.ctx.data_version()}"


def months_svg(model: MapViewModel) -> str:
    """The drawing of :func:`lines_address`.

    Parameters
    ----------
    model
        A view of that day, layer and level.

    Returns
    -------
    svg
        A view for every unit of the scope; days before the first record are left out.
    """
    first = model.begins or model.day
    days = [day for day in month_ends(model.day, MONTHS) if day >= first] or [model.day]
    frames = [model.ctx.cached_query(count_indicator, model.base.indicator, model.level, day) for day in days]
    kept = set(model.local.index)
    rates = {code: line for code, line in month_rates(frames, model.base).items() if code in kept}
    return month_lines_svg(rates, days, model.since, theme_of(model.view.theme))


def both_pictures(model: MapViewModel) -> Component | None:
    """The two days side by side, each with its own legend, stamps and sums.

    Parameters
    ----------
    model
        One view of the map.

    Returns
    -------
    pictures
        None unless two days are compared and this was asked for.
    """
    view = model.view
    if not (view.side and model.since):
        return None
    plain = view.with_fields(
        table=False, item=None, subject=None, since=None, only=None, unit=model.within, level=model.view.level
    )
    shown = [(model.since, plain.with_fields(asof=model.since)), (model.day, plain)]
    label = translate("ui.compare.sides", view.lang)
    return html.Section([_picture(model, *each) for each in shown], className="sides", **{"aria-label": label})


def _picture(model: MapViewModel, day: date, view: View) -> Component:
    """The whole map of a day under its date; a sentence where there was nothing of it to draw."""
    caption = html.Figcaption(html.Time(day.isoformat(), dateTime=day.isoformat()))
    if not _stood(model, day):
        words = translate("ui.compare.no_picture", view.lang, day=day.isoformat())
        return html.Figure([caption, html.P(words, className="none")])
    alt = translate("ui.compare.picture", view.lang, day=day.isoformat())
    return html.Figure([caption, html.Img(src=view.link_to("/map/picture.svg"), alt=alt)])


def _stood(model: MapViewModel, day: date) -> bool:
    """Whether what is in view can be drawn as one picture on a day: the unit was there, or one root and no other."""
    if model.within is None:
        return len(model.ctx.cached_query(root_units, day)) == 1
    try:
        model.ctx.cached_query(get_unit, model.within, day)
    except NotFound:
        return False
    return True
