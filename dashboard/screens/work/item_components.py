"""One item of the work list: what is wrong, where, how to mend it; what has been done, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, table
from dashboard.components.html_markup import Tag
from dashboard.screens.work.components import on_map, place
from dashboard.screens.work.view_model import Sight
from geodata.integrity.work_item import Candidate, candidates, item
from geodata.integrity.work_item_trail import Change, history
from geodata.integrity.work_list import sized
from geodata.locale import label, say
from geodata.vocabulary import OPEN_WORK, WorkState

TWICE = "subject_twice"
_SUBJECTS = ("subject", "one", "other")
"""Places of a sentence that hold a subject's number."""


def parts(sight: Sight) -> list[Component | None]:
    """All of an item's page; NotFound when there is none within sight."""
    number = sight.view.item or ""
    row = sight.desk.look(item, number, sight.day, sight.lang)
    return [_fault(sight, row), _acts(sight, row), _merge(sight, row), _past(sight, row)]


def _fault(sight: Sight, row: Mapping[str, Any]) -> Component:
    lang, view = sight.lang, sight.view
    state = html.Span(label(WorkState(row["state"]), lang), className="danger" if row["is_overdue"] else "")
    facts = {
        "unit_name": place(view, row),
        "state": state,
        "size": sized(row["size"], row["size_unit"], lang) or "—",
        "owner_name": row["owner_name"] or "—",
        "due_on": row["due_on"] or "—",
        "first_seen_on": row["first_seen_on"],
        "last_seen_on": row["last_seen_on"],
        "reason": row["reason"] or "—",
        "note": row["note"] or "—",
        "item_no": row["item_no"],
    }
    kept = {name: value for name, value in facts.items() if value != "—" or name in ("owner_name", "due_on")}
    pairs = [
        part
        for name, value in kept.items()
        for part in (html.Dt(say(f"work.column.{name}", lang)), html.Dd(str(value) if name.endswith("_on") else value))
    ]
    ways = [html.A(say("work.page.on_map", lang), href=on_map(view, row), className="button strong")]
    known = [str(row["details"][name]) for name in _SUBJECTS if row["details"].get(name)]
    ways += [html.A(each, href=view.link(f"/subject/{quote(each)}", item=None), className="button") for each in known]
    told = [html.H1(row["check_name"]), html.P(row["what"], className="what"), html.P(row["mend"], className="mute")]
    return html.Section([*told, html.Div(ways, className="form row"), html.Dl(pairs)], className="card")


def _acts(sight: Sight, row: Mapping[str, Any]) -> Component | None:
    """Giving it to somebody, accepting it, opening it again; nothing for those whose posts do not carry it."""
    lang, state = sight.lang, WorkState(row["state"])
    if not sight.may("mend_grid") or state is WorkState.SOLVED:
        return None
    ways: list[Component] = []
    if state in OPEN_WORK:
        ways += [_assign(sight, row), _accept(sight, row)]
    if state is not WorkState.OPEN:
        again = html.P(say(f"work.act.reopen_{state.value}", lang), className="mute")
        ways.append(html.Div([again, _act(sight, "reopen", row, button="reopen")]))
    return card(say("work.act.title", lang), *ways)


def _assign(sight: Sight, row: Mapping[str, Any]) -> Component:
    lang = sight.lang
    people: Sequence[Candidate] = sight.desk.look(candidates, row["item_no"], sight.day)
    known = [(each.person_no, _who(each, sight)) for each in people]
    fields = [
        forms.choice("person", say("work.column.owner_name", lang), known, row["owner_no"] or ""),
        forms.field("due", say("work.column.due_on", lang), kind="date", required=False, min=sight.day.isoformat(),
                   value=row["due_on"] or None, note=say("work.act.due_note", lang)),
        forms.field("note", say("work.column.note", lang), required=False, maxlength="200", value=row["note"] or None),
    ]  # fmt: skip
    return _act(sight, "assign", row, *fields, button="assign", soft=False)


def _who(each: Candidate, sight: Sight) -> str:
    return f"{each.name} · {label(each.role, sight.lang)} · {each.unit_name or '—'}"


def _accept(sight: Sight, row: Mapping[str, Any]) -> Component:
    reason = forms.field("reason", say("work.act.reason", sight.lang), maxlength="200")
    return _act(sight, "accept", row, reason, button="accept")


def _act(
    sight: Sight, act: str, row: Mapping[str, Any], *inside: Component | Tag, button: str, soft: bool = True
) -> Component:
    told = forms.hidden("item", row["item_no"])
    words = say(f"work.act.{button}", sight.lang)
    return forms.act(sight.view, f"/work/{act}", told, *inside, button=words, soft=soft)


def _merge(sight: Sight, row: Mapping[str, Any]) -> Component | None:
    """Making one of two roster entries, either way round."""
    if row["check_key"] != TWICE or row["state"] not in OPEN_WORK or not sight.may("check_grid"):
        return None
    lang, details = sight.lang, row["details"]
    pairs = ((details["one"], details["other"]), (details["other"], details["one"]))
    ways = [
        forms.act(
            sight.view,
            "/work/merge",
            forms.hidden("item", row["item_no"]),
            forms.hidden("keep", keep),
            forms.hidden("drop", drop),
            button=say("work.act.merge", lang, keep=keep, drop=drop),
        )
        for keep, drop in pairs
    ]
    return card(say("work.act.merge_title", lang), html.P(say("work.act.merge_note", lang), className="mute"), *ways)


def _past(sight: Sight, row: Mapping[str, Any]) -> Component:
    lang = sight.lang
    changes: list[Change] = sight.desk.look(history, row["item_no"])
    names = ("at", "by", "state", "owner", "due", "reason", "note")
    if not changes:
        return card(say("work.past.title", lang), html.P(say("work.past.none", lang), className="mute"))
    heads = [say(f"work.past.{name}", lang) for name in names]
    rows = [
        [f"{each.at:%Y-%m-%d %H:%M}", each.login or "—", label(each.state, lang), each.owner_no or "—",
         each.due_on or "—", each.reason or "—", each.note or "—"]
        for each in changes
    ]  # fmt: skip
    return card(say("work.past.title", lang), table(heads, rows, say("work.past.title", lang), lang))
