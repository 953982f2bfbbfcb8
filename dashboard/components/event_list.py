"""What happened at a subject, newest first: one entry per event, its state as a word with a tone, its details below."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.request.view import View
from geodata.checklists import choose_words
from geodata.events import EVENTS
from geodata.locale import Lang, label_of, translate
from geodata.subjects.timeline import Event
from geodata.vocabulary import (
    FindingState,
    Judgement,
    Outcome,
    Purpose,
    Risk,
    Role,
    SampleState,
    Stream,
    SubjectStatus,
    VisitKind,
)
from geodata.words.visit_words import CheckOrigin, FormerVisitKind


def event_entries(
    events: Sequence[Event], view: View, path: str, beside: Mapping[tuple[str, str], Component] | None = None
) -> Component:
    """The events as an ordered list; without any, a sentence.

    Parameters
    ----------
    events
        In the order they are shown.
    view
        What is looked at; what is picked out is left out of the links.
    path
        Address of the page; a day links to it as of that day.
    beside
        Kind and ``ref`` of an event → what is shown below it.

    Returns
    -------
    entries
        A kind of event without a face of its own is shown as its SELECT says it.
    """
    if not events:
        return html.P(translate("ui.event.none", view.lang), className="none")
    shown = [_entry(event, view, path, (beside or {}).get((event.kind, event.ref))) for event in events]
    return html.Ol(shown, className="timeline")


def _entry(event: Event, view: View, path: str, beside: Component | None) -> Component:
    lang = view.lang
    day = event.on_date.isoformat()
    when = html.A(
        day,
        href=view.link_to(path, asof=event.on_date, only=None),
        title=translate("ui.event.that_day", lang),
        **{"data-soft": ""},
    )
    what, word, tone, notes = _READ.get(event.kind, _plain)(event, lang)
    first, *rest = notes or [""]
    aside = html.Span(first, className="note aside") if first else None
    said = [html.Div(note, className="note") for note in [*rest, beside] if note]
    state = html.Span(word, className=f"state {tone}")
    return html.Li(
        [
            html.Time(when, dateTime=day),
            html.Span(translate(f"ui.event.{event.kind}", lang), className="kind"),
            html.Div([html.Div([html.Span(what, className="what"), state, aside]), *said], className="told"),
        ],
        className=f"event {event.kind}",
    )


Read = tuple[str, str, str, list[Any]]


def _visit(event: Event, lang: Lang) -> Read:
    detail = event.detail
    tone = "ok" if event.state == Outcome.COMPLETED else "warn"
    by = translate("ui.event.by", lang, role=label_of(Role(detail["role"]), lang), name=detail["person"])
    reason = translate("ui.event.reason", lang, text=detail["reason"]) if detail["reason"] else ""
    late = _late_entry(event, lang)
    items = _answers(detail["items"] or [], detail["list"], lang)
    kind = label_of(VisitKind(event.what), lang)
    if detail["was"]:
        was = label_of(FormerVisitKind(detail["was"]), lang)
        kind = translate("ui.event.was", lang, kind=kind, was=was)
    return (
        kind,
        label_of(Outcome(event.state), lang),
        tone,
        [" · ".join(filter(None, (by, reason, late))), *_lawful(detail, lang), items],
    )


def _lawful(detail: dict[str, Any], lang: Lang) -> list[str]:
    """What an administrative check shows: every officer with the card, its origin and its item."""
    if not detail["officers"]:
        return []
    said = [translate("ui.event.officer", lang, **officer) for officer in detail["officers"]]
    officers = translate("ui.event.officers", lang, people=translate("list.comma", lang).join(said))
    origin = translate("ui.event.origin", lang, origin=label_of(CheckOrigin(detail["origin"]), lang))
    return [officers, " · ".join((origin, translate("ui.event.item_of_law", lang, item=detail["legal_item"])))]


def _finding(event: Event, lang: Lang) -> Read:
    detail, state = event.detail, FindingState(event.state)
    closed = translate("ui.event.closed", lang, day=detail["closed_on"]) if detail["closed_on"] else ""
    late = translate("ui.event.late", lang) if detail["late"] else ""
    over = detail["late"] and state is not FindingState.CLOSED
    tone = "danger" if over or state is FindingState.ESCALATED else "warn" if detail["late"] or not closed else "ok"
    deadline = translate("ui.event.deadline", lang, day=detail["deadline_on"])
    under = translate("ui.event.under", lang, item=choose_words(detail["item"], lang)) if detail["item"] else ""
    told = [" · ".join(filter(None, (deadline, closed, late))), under]
    return detail["description"], label_of(state, lang), tone, told


def _sample(event: Event, lang: Lang) -> Read:
    detail, state = event.detail, SampleState(event.state)
    tone = {SampleState.QUALIFIED: "ok", SampleState.UNQUALIFIED: "danger"}.get(state, "mute")
    purpose = label_of(Purpose(detail["purpose"]), lang)
    retest = translate("ui.event.retest", lang, sample=detail["retest_of"]) if detail["retest_of"] else ""
    # a second one is not asked of old samples, and not made up
    people = [name or "—" for name in detail["samplers"]] if any(detail["samplers"]) else []
    samplers = translate("ui.event.samplers", lang, people=translate("list.comma", lang).join(people)) if people else ""
    about = " · ".join(filter(None, (event.ref, purpose, detail["lab"], retest, samplers)))
    return (
        f"{label_of(Stream(event.what), lang)} · {detail['product']}",
        label_of(state, lang),
        tone,
        [about, *map(_result(lang), detail["results"])],
    )


def _result(lang: Lang) -> Callable[[dict[str, Any]], Component]:
    def said(result: dict[str, Any]) -> Component:
        value = _measured(result["value"], result["unit"])
        limit = (
            translate("ui.event.limit", lang, value=_measured(result["limit"], result["unit"]))
            if result["limit"] is not None
            else ""
        )
        standard = " ".join(filter(None, (result["standard"], result["version"])))
        judgement = Judgement(result["judgement"])
        tone = "danger" if judgement is Judgement.UNQUALIFIED else ""
        facts = " · ".join(filter(None, (value, limit, standard)))
        return html.Span(
            [
                result["analyte"],
                " ",
                html.Span(label_of(judgement, lang), className=tone),
                f" · {facts}" if facts else "",
            ]
        )

    return said


def _status(event: Event, lang: Lang) -> Read:
    tone = "ok" if event.state == SubjectStatus.ACTIVE else "mute"
    return event.detail["reason"] or "", label_of(SubjectStatus(event.state), lang), tone, []


def _risk(event: Event, lang: Lang) -> Read:
    tone = {Risk.HIGH: "danger", Risk.MEDIUM: "warn"}.get(Risk(event.state), "ok")
    return event.detail["reason"] or "", label_of(Risk(event.state), lang), tone, []


def _plain(event: Event, lang: Lang) -> Read:
    """A kind of event that nobody has given a face of its own: what its SELECT says, its state by the label."""
    states = EVENTS[event.kind].states
    return (
        event.what or event.ref,
        event.state if states is None else label_of(states(event.state), lang),
        "mute",
        [" · ".join(str(said) for said in event.detail.values() if said)],
    )


_READ: dict[str, Callable[[Event, Lang], Read]] = {
    "visit": _visit,
    "finding": _finding,
    "sample": _sample,
    "status": _status,
    "risk": _risk,
}


_MARKS = {"yes": "✓", "no": "✗", "na": "—", None: "·"}
"""Answer → what stands before the item, as on paper."""


def _answers(items: Sequence[Mapping[str, Any]], of: Mapping[str, Any] | None, lang: Lang) -> Component | None:
    """The list as it was answered, in the order on paper; folded while all is well."""
    if not items or of is None:
        return None
    counts = {answer: sum(each["answer"] == answer for each in items) for answer in ("yes", "no", "na")}
    parts = [translate("ui.event.checked", lang, n=sum(counts.values()), all=len(items))]
    parts += [
        translate(f"ui.event.count.{answer}", lang, n=counts[answer]) for answer in ("no", "na") if counts[answer]
    ]
    told = counts["no"] or any(each["note"] or each["findings"] for each in items)
    return html.Details(
        [
            html.Summary([choose_words(of, lang, "title"), " · ", " · ".join(parts)]),
            html.Ol([_answered(each, lang) for each in items]),
        ],
        className="checklist",
        open=bool(told),
    )


def _answered(said: Mapping[str, Any], lang: Lang) -> Component:
    answer = said["answer"]
    word = translate(f"ui.event.mark.{answer or 'blank'}", lang)
    mark = html.Span(
        _MARKS[answer], className=f"mark {answer or 'blank'}", role="img", title=word, **{"aria-label": word}
    )
    below = [html.Div(said["note"], className="note")] if said["note"] else []
    below += [_found(each, lang) for each in said["findings"] or []]
    return html.Li([mark, html.Div([html.Span(choose_words(said, lang), title=said["article"] or None), *below])])


def _found(said: Mapping[str, Any], lang: Lang) -> Component:
    state = FindingState(said["state"])
    tone = "ok" if state is FindingState.CLOSED else "danger" if state is FindingState.ESCALATED else "warn"
    kind = translate("ui.event.finding", lang)
    return html.Div(
        [f"{kind} {said['ref']} · {said['description']} ", html.Span(label_of(state, lang), className=f"state {tone}")],
        className="found",
    )


def _late_entry(event: Event, lang: Lang) -> str:
    recorded = date.fromisoformat(event.detail["recorded_on"])
    return translate("ui.event.late_entry", lang, day=recorded) if recorded > event.on_date else ""


def _measured(value: Any, unit: str | None) -> str:
    return "" if value is None else " ".join(filter(None, (f"{value:g}", unit)))
