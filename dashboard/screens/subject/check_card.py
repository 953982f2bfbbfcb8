"""The cap meter: how many administrative checks the subject has had this year, of how many."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.place_cards import place_card
from dashboard.screens.subject.view_model import SubjectViewModel
from geodata.locale import translate


def check_card(model: SubjectViewModel) -> Component:
    """The count beside the cap, and a warning when nothing more may be planned.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    card
        Without a cap in force the bare count.
    """
    lang, meter = model.view.lang, model.checks
    title = translate("ui.check.title", lang)
    figure = f"{meter.checks}" if meter.cap is None else f"{meter.checks}/{meter.cap}"
    tone = "danger" if meter.planned_past else "warn" if meter.is_reached else ""
    parts = [translate("ui.check.year" if meter.cap is not None else "ui.check.no_cap", lang, year=meter.year)]
    parts += [translate("ui.check.caused", lang, n=meter.caused)] if meter.caused else []
    parts += [translate("ui.check.past", lang, n=meter.planned_past)] if meter.planned_past else []
    parts += [translate("ui.check.reached", lang)] if meter.is_reached else []
    said = html.P(" · ".join(parts), className="said")
    return place_card(title, [html.H2(title), html.Div(figure, className=f"figure {tone}".strip()), said], "checks")
