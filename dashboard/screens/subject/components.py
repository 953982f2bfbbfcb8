"""The panels of a subject's page: a sight in, components out. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum

from dash import html
from dash.development.base_component import Component

from dashboard.components.chain_card import chain_card
from dashboard.components.event_list import entries
from dashboard.components.page_frame import Crumb
from dashboard.components.place_page import way_up
from dashboard.components.post_history import history
from dashboard.components.state_tones import due_tone
from dashboard.screens.subject.due_window import sentence, why_not
from dashboard.screens.subject.view_model import KINDS, Sight
from geodata.locale import label, say
from geodata.vocabulary import Datum, Level, Risk, Sector, SubjectKind, SubjectStatus

NOTHING = "—"


def crumbs(sight: Sight) -> list[Crumb]:
    """District, town, village, and the subject where the person stands."""
    return [*way_up(sight.desk, sight.view, sight.path), Crumb(sight.card.name)]


def head(sight: Sight) -> Component:
    """Name, kinds, risk and status, and the way to the map."""
    view, card = sight.view, sight.card
    kinds = say("api.and", view.lang).join(_labels(SubjectKind, card.kinds, view.lang))
    risk = [label(Risk(card.risk), view.lang)] if card.risk else []
    words = [kinds, *risk, label(SubjectStatus(card.status), view.lang), card.subject_id]
    onto = view.link("/", level=Level.SUBJECT, unit=card.village_code, subject=card.subject_id, only=None)
    stamp = html.B(say("layers.synthetic", view.lang), className="stamp warn") if sight.fresh.synthetic else None
    way = html.A(say("ui.unit.on_map", view.lang), href=onto, className="button push", **{"data-soft": ""})
    return html.Div(
        [html.H1(card.name), html.Span(" · ".join(words), className="mute"), stamp, way if sight.path else None],
        className="sheet-head",
    )


def due(sight: Sight) -> Component:
    """The state's word large, and the sentence that can be argued with."""
    view, card, found = sight.view, sight.card, sight.window
    title = say("ui.due.title", view.lang)
    if found is None:
        word, tone = label(SubjectStatus(card.status), view.lang), "mute"
        parts = [why_not(card, view.lang), say("ui.due.gone", view.lang)]
    else:
        word, tone = label(found.state, view.lang), due_tone(found.state)
        parts = sentence(found, card, sight.fresh.rules_version, view.lang)
    said = html.P(" · ".join(parts), className="said")
    return html.Section(
        [html.H2(title), html.Div(word, className=f"figure {tone}"), said],
        className="card due",
        **{"aria-label": title},
    )


def facts(sight: Sight) -> Component:
    """The subject's card: what it is, since when, where, and by which datum."""
    card, lang = sight.card, sight.view.lang
    values = {
        "sectors": say("api.and", lang).join(_labels(Sector, card.sectors, lang)),
        "products": card.products,
        "risk": card.risk and say("ui.subject.since", lang, what=label(Risk(card.risk), lang), day=card.risk_from),
        "status": _status(sight),
        "entry_on": _iso(card.entry_on),
        "commitment_on": _iso(card.commitment_on) or say("ui.subject.none_yet", lang),
        "platform_on": _iso(card.platform_on) or say("ui.subject.none_yet", lang),
        "phone": card.office_phone,
        "uscc": card.uscc or (card.id_tail and say("ui.subject.id_tail", lang, tail=card.id_tail)),
        "village": " › ".join(unit.name for unit in sight.path) or card.village_code,
        "address": card.address,
        "point": _point(sight),
    }
    rows = [
        html.Div([html.Dt(say(f"ui.subject.{name}", lang)), html.Dd(value or NOTHING)])
        for name, value in values.items()
    ]
    title = say("ui.subject.card", lang)
    return html.Section(
        [html.H2(title), html.Dl(rows, className="facts two")], className="card", **{"aria-label": title}
    )


def responsibility(sight: Sight) -> Component:
    """The four levels of the as-of day."""
    title = say("ui.subject.chain", sight.view.lang, day=sight.day)
    return html.Section(chain_card(sight.chain, sight.view, title), className="card", **{"aria-label": title})


def past(sight: Sight) -> Component:
    """Who answered for the subject itself, and when."""
    title = say("ui.history.title", sight.view.lang)
    hint = html.Span(say("ui.history.hint", sight.view.lang), className="mute")
    table = history(sight.history, sight.view, sight.address, sight.day)
    return html.Section(
        [html.Div([html.H2(title), hint], className="card-head"), table], className="card", **{"aria-label": title}
    )


def story(sight: Sight) -> Component:
    """Everything that happened, newest first, filtered by kind; every day is a link to the page of that day."""
    view, lang = sight.view, sight.view.lang
    shown = [event for event in sight.events if sight.kind in (None, event.kind)]
    title = say("ui.event.title", lang, n=len(sight.events))
    return html.Section(
        [html.Div(html.H2(title), className="card-head"), _filter(sight), entries(shown, view, sight.address)],
        className="card",
        **{"aria-label": title},
    )


def _filter(sight: Sight) -> Component:
    view = sight.view
    numbers = [("", len(sight.events))] + [(kind, sum(event.kind == kind for event in sight.events)) for kind in KINDS]
    links = [
        html.A(
            [say(f"ui.event.{kind or 'all'}", view.lang), html.Span(str(number), className="count")],
            href=view.link(sight.address, only=kind or None),
            **{"data-soft": "", "aria-current": "true" if (kind or None) == sight.kind else "false"},
        )
        for kind, number in numbers
    ]
    return html.Nav(links, className="chips", **{"aria-label": say("ui.event.filter", view.lang)})


def _status(sight: Sight) -> str:
    card, lang = sight.card, sight.view.lang
    word = label(SubjectStatus(card.status), lang)
    if card.status_from is None:
        return word
    since = say("ui.subject.since", lang, what=word, day=card.status_from)
    return f"{since} · {card.status_reason}" if card.status_reason else since


def _point(sight: Sight) -> str:
    card, lang = sight.card, sight.view.lang
    if card.lon is None or card.lat is None:
        return say("ui.table.no_place", lang)
    place = f"{card.lon:.5f}, {card.lat:.5f} · {label(Datum.CGCS2000, lang)}"
    if card.datum in (None, Datum.CGCS2000):
        return place
    return f"{place} · {say('ui.subject.datum', lang, datum=label(Datum(card.datum), lang))}"


def _labels(vocabulary: type[StrEnum], values: Iterable[str], lang: str) -> list[str]:
    return [label(vocabulary(value), lang) for value in values]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
