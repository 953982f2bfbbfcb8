"""The day compared with: usual ones as links, any other by its date, and the one picked as a chip to let go of."""

from __future__ import annotations

from datetime import date

from dash import dcc, html
from dash.development.base_component import Component

from dashboard.request.view import View
from geodata.calendar import months_earlier
from geodata.locale import translate

_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"


def usual_days(day: date) -> dict[str, date]:
    """The earlier days a meeting asks about.

    Parameters
    ----------
    day
        The later day.

    Returns
    -------
    days
        ``month`` (one month before), ``quarter`` (three), ``year`` (twelve) and ``new_year`` (the last day of the year
        before, as it stood when this one began), nearest first.
    """
    known = {name: months_earlier(day, months) for name, months in (("month", 1), ("quarter", 3), ("year", 12))}
    known["new_year"] = date(day.year - 1, 12, 31)
    return dict(sorted(known.items(), key=lambda item: item[1], reverse=True))


def since_menu(view: View, path: str, day: date, since: date | None) -> list[Component]:
    """The menu, and what is compared with.

    Parameters
    ----------
    view
        What the links keep; another comparison lets go of the legend class picked out.
    path
        The page's own path.
    day
        The later day.
    since
        The earlier day; None while nothing is compared.

    Returns
    -------
    parts
        A folded menu, and a chip where two days are compared.
    """
    lang = view.lang
    links = [
        html.A(
            translate(f"ui.compare.{name}", lang, day=each.isoformat()),
            href=view.link_to(path, since=each, only=None),
            **{"data-soft": "", "aria-current": "true" if each == since else "false"},
        )
        for name, each in usual_days(day).items()
    ]
    summary = html.Summary(translate("ui.compare.title", lang), className="button")
    menu = html.Details([summary, html.Div([*links, _any_day(view, day, since)])], className="menu")
    if since is None:
        return [menu]
    told = translate("ui.compare.with", lang, day=since.isoformat())
    drop = translate("ui.compare.drop", lang)
    href = view.link_to(path, since=None, side=False, only=None)
    sign = html.Span("×", **{"aria-hidden": "true"})
    return [menu, html.A([told, sign], href=href, title=drop, **{"data-soft": "", "aria-label": f"{told} · {drop}"})]


def _any_day(view: View, day: date, since: date | None) -> Component:
    """The form also lets go of the class picked out: it was one of another legend."""
    lang, said = view.lang, (since or months_earlier(day, 1)).isoformat()
    words = translate("ui.compare.any", lang, day=day.isoformat())
    field = dcc.Input(
        id="since",
        type="text",
        name="since",
        value=said,
        pattern=_DAY,
        maxLength=10,
        required=True,
        inputMode="numeric",
    )
    # made anew for another day: the browser keeps its own of a field that stays
    label = html.Label([html.Span(words), field], htmlFor="since", key=said)
    only = dcc.Input(id="since-only", type="hidden", name="only", value="")
    button = html.Button(translate("ui.compare.go", lang), className="button strong", type="submit")
    return html.Form([label, only, button], **{"data-soft": ""})
