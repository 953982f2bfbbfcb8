"""The panels of a subject's page: its view model in, components out. Nothing is counted here."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from enum import StrEnum
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components.attachments.attachment_card import small_pictures
from dashboard.components.event_list import event_entries
from dashboard.components.guidance.term_note import term_line
from dashboard.components.page_frame import Crumb
from dashboard.components.place_cards import chain_of_place, place_card, place_head
from dashboard.components.place_page import way_up
from dashboard.components.state_tones import due_tone
from dashboard.screens.subject.due_window import why_not, window_sentence
from dashboard.screens.subject.view_model import KINDS, SubjectViewModel
from geodata.levels import Level
from geodata.locale import label_of, translate
from geodata.vocabulary import Datum, Risk, Sector, SubjectKind, SubjectStatus

NOTHING = "—"
_TERMS = (
    "patrol", "guidance", "information_report", "recheck", "administrative_check", "not_met", "rectification",
    "quantitative", "rapid", "retest",
)  # fmt: skip
"""The words of the timeline."""


def subject_crumbs(model: SubjectViewModel) -> list[Crumb]:
    """District, town, village, and the subject where the person stands.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    crumbs
        A unit's links to its page where the visitor may go there; the subject is plain.
    """
    return [*way_up(model.ctx, model.view, model.path), Crumb(model.card.name)]


def subject_heading(model: SubjectViewModel) -> Component:
    """Name, kinds, risk and status, and the way to the map.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    head
        Without the way to the map when its village was not in force that day.
    """
    view, card = model.view, model.card
    kinds = translate("list.comma", view.lang).join(_labels(SubjectKind, card.kinds, view.lang))
    risk = [label_of(Risk(card.risk), view.lang)] if card.risk else []
    words = [kinds, *risk, label_of(SubjectStatus(card.status), view.lang), card.subject_id]
    onto = view.link_to("/", level=Level.SUBJECT, unit=card.village_code, subject=card.subject_id, only=None)
    return place_head(model, card.name, " · ".join(words), onto if model.path else None)


def due_card(model: SubjectViewModel) -> Component:
    """The state's word large, and the sentence that can be argued with.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    card
        For one that had left the roster its status and why.
    """
    view, card, found = model.view, model.card, model.window
    title = translate("ui.due.title", view.lang)
    if found is None:
        word, tone = label_of(SubjectStatus(card.status), view.lang), "mute"
        parts = [why_not(card, view.lang), translate("ui.due.gone", view.lang)]
    else:
        word, tone = label_of(found.state, view.lang), due_tone(found.state)
        parts = window_sentence(found, card, model.fresh.rules_version, view.lang)
    said = html.P(" · ".join(parts), className="said")
    words = term_line(("due", "due_soon", "overdue_days", "never_patrolled", "paused"), view.lang)
    return place_card(title, [html.H2(title), html.Div(word, className=f"figure {tone}"), said, words], "due")


def facts_card(model: SubjectViewModel) -> Component:
    """The subject's card: what it is, since when, where, and by which datum.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    card
        Degrees of EPSG:4490 to five decimals, with the datum they were given in where it is another; ``—`` for what is
        not known.
    """
    card, lang = model.card, model.view.lang
    values = {
        "sectors": translate("list.comma", lang).join(_labels(Sector, card.sectors, lang)),
        "products": card.products,
        "risk": card.risk
        and translate("ui.subject.since", lang, what=label_of(Risk(card.risk), lang), day=card.risk_from),
        "status": _status(model),
        "entry_on": _iso(card.entry_on),
        "commitment_on": _iso(card.commitment_on) or translate("ui.subject.none_yet", lang),
        "platform_on": _iso(card.platform_on) or translate("ui.subject.none_yet", lang),
        "phone": card.office_phone,
        "uscc": card.uscc or (card.id_tail and translate("ui.subject.id_tail", lang, tail=card.id_tail)),
        "village": " › ".join(unit.name for unit in model.path) or card.village_code,
        "address": card.address,
        "point": _point(model),
    }
    rows = [
        html.Div([html.Dt(translate(f"ui.subject.{name}", lang)), html.Dd(value or NOTHING)])
        for name, value in values.items()
    ]
    title = translate("ui.subject.card", lang)
    return place_card(title, [html.H2(title), html.Dl(rows, className="facts two")])


def subject_responsibility(model: SubjectViewModel) -> Component:
    """The four levels of the as-of day.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    card
        Without levels when its village was not in force that day.
    """
    return chain_of_place(model, translate("ui.subject.chain", model.view.lang, day=model.day))


def event_story(model: SubjectViewModel) -> Component:
    """Everything that happened, newest first, filtered by kind; every day is a link to the page of that day.

    Parameters
    ----------
    model
        One subject on one day.

    Returns
    -------
    card
        Only the kind picked out; its heading counts all events up to the day.
    """
    view, lang = model.view, model.view.lang
    shown = [event for event in model.events if model.kind in (None, event.kind)]
    title = translate("ui.event.title", lang, n=len(model.events))
    head = html.Div(html.H2(title), className="card-head")
    return place_card(
        title,
        [
            head,
            _filter(model),
            term_line(_TERMS, view.lang),
            event_entries(shown, view, model.address, _attached(model)),
        ],
    )


def _attached(model: SubjectViewModel) -> dict[tuple[str, str], Component]:
    """Below each visit its photographs, and the way to its own page."""
    visits = [event.ref for event in model.events if event.kind == "visit"]
    pages = {ref: model.view.link_to(f"/visit/{quote(ref, safe='')}", only=None, asof=None) for ref in visits}
    attached = model.attached
    return {("visit", ref): small_pictures(attached.get(ref, ()), pages[ref], model.view.lang) for ref in visits}


def _filter(model: SubjectViewModel) -> Component:
    view = model.view
    numbers = [("", len(model.events))] + [(kind, sum(event.kind == kind for event in model.events)) for kind in KINDS]
    links = [
        html.A(
            [translate(f"ui.event.{kind or 'all'}", view.lang), html.Span(str(number), className="count")],
            href=view.link_to(model.address, only=kind or None),
            **{"data-soft": "", "aria-current": "true" if (kind or None) == model.kind else "false"},
        )
        for kind, number in numbers
    ]
    return html.Nav(links, className="chips", **{"aria-label": translate("ui.event.filter", view.lang)})


def _status(model: SubjectViewModel) -> str:
    card, lang = model.card, model.view.lang
    word = label_of(SubjectStatus(card.status), lang)
    if card.status_from is None:
        return word
    since = translate("ui.subject.since", lang, what=word, day=card.status_from)
    return f"{since} · {card.status_reason}" if card.status_reason else since


def _point(model: SubjectViewModel) -> str:
    card, lang = model.card, model.view.lang
    if card.lon is None or card.lat is None:
        return translate("ui.table.no_place", lang)
    place = f"{card.lon:.5f}, {card.lat:.5f} · {label_of(Datum.CGCS2000, lang)}"
    if card.datum in (None, Datum.CGCS2000):
        return place
    return f"{place} · {translate('ui.subject.datum', lang, datum=label_of(Datum(card.datum), lang))}"


def _labels(vocabulary: type[StrEnum], values: Iterable[str], lang: str) -> list[str]:
    return [label_of(vocabulary(value), lang) for value in values]


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
