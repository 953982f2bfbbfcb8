"""One item of the work list: what is wrong, where, how to mend it; what has been done, and what can be done."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.attachments.attachment_card import attachment_card
from dashboard.components.cards import card, html_table
from dashboard.components.html_markup import Tag
from dashboard.screens.work.components import on_map, unit_link
from dashboard.screens.work.view_model import WorkViewModel
from geodata.attachments.attachment_list import Owner
from geodata.deadlines.duration import duration_text
from geodata.deadlines.working_days import unpublished_text
from geodata.integrity.work_due import work_deadline
from geodata.integrity.work_item import Candidate, get_work_item, item_candidates
from geodata.integrity.work_item_trail import Change, item_history
from geodata.integrity.work_list import format_size
from geodata.locale import label_of, translate
from geodata.permissions import Permission
from geodata.vocabulary import OPEN_WORK, WorkState

TWICE = "subject_twice"
_SUBJECTS = ("subject", "one", "other")
"""Places of a sentence that hold a subject's number."""


def item_parts(model: WorkViewModel) -> list[Component | None]:
    """All of an item's page.

    Parameters
    ----------
    model
        One look at the list; its view says which item.

    Returns
    -------
    parts
        The fault, what is attached to it, the acts the visitor's posts carry (None for none), merging where it is two
        of one (None otherwise), what was done.

    Raises
    ------
    NotFound
        There is none within sight.
    """
    row = model.ctx.query(get_work_item, model.view.item or "—", model.day, model.lang)
    attached = attachment_card(model.ctx, model.view, Owner(item_no=row["item_no"]))
    return [_fault(model, row), attached, _acts(model, row), _merge(model, row), _past(model, row)]


def _fault(model: WorkViewModel, row: Mapping[str, Any]) -> Component:
    lang, view = model.lang, model.view
    state = html.Span(label_of(WorkState(row["state"]), lang), className="danger" if row["is_overdue"] else "")
    facts = {
        "unit_name": unit_link(view, row),
        "state": state,
        "size": format_size(row["size"], row["size_unit"], lang) or "—",
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
        for part in (
            html.Dt(translate(f"work.column.{name}", lang)),
            html.Dd(str(value) if name.endswith("_on") else value),
        )
    ]
    ways = [html.A(translate("work.page.on_map", lang), href=on_map(view, row), className="button strong")]
    known = [str(row["details"][name]) for name in _SUBJECTS if row["details"].get(name)]
    ways += [
        html.A(each, href=view.link_to(f"/subject/{quote(each)}", item=None), className="button") for each in known
    ]
    told = [html.H1(row["check_name"]), html.P(row["what"], className="what"), html.P(row["mend"], className="mute")]
    return html.Section([*told, html.Div(ways, className="form row"), html.Dl(pairs)], className="card")


def _acts(model: WorkViewModel, row: Mapping[str, Any]) -> Component | None:
    """Giving it to somebody, accepting it, opening it again; nothing for those whose posts do not carry it."""
    lang, state = model.lang, WorkState(row["state"])
    if not model.has_permission(Permission.MEND_GRID) or state is WorkState.SOLVED:
        return None
    ways: list[Component] = []
    if state in OPEN_WORK:
        ways += [_assign(model, row), _accept(model, row)]
    if state is not WorkState.OPEN:
        again = html.P(translate(f"work.act.reopen_{state.value}", lang), className="mute")
        ways.append(html.Div([again, _act(model, "reopen", row, button="reopen")]))
    return card(translate("work.act.title", lang), *ways)


def _assign(model: WorkViewModel, row: Mapping[str, Any]) -> Component:
    lang = model.lang
    people: Sequence[Candidate] = model.ctx.query(item_candidates, row["item_no"], model.day)
    known = [(each.person_no, _who(each, model)) for each in people]
    duration, deadline = model.ctx.query(work_deadline, model.day)
    by_rule = translate("work.act.due_note", lang, duration=duration_text(duration, lang), due=deadline.last_on)
    doubt = unpublished_text(deadline.unpublished, lang)
    fields = [
        forms.choice_field("person", translate("work.column.owner_name", lang), known, row["owner_no"] or ""),
        forms.labelled_field("due", translate("work.column.due_on", lang), kind="date", required=False,
                   min=model.day.isoformat(), value=row["due_on"] or None, note=by_rule),
        forms.labelled_field("note", translate("work.column.note", lang), required=False, maxlength="200",
                   value=row["note"] or None),
        *([html.P(doubt, className="warn")] if doubt else []),
    ]  # fmt: skip
    return _act(model, "assign", row, *fields, button="assign", soft=False)


def _who(each: Candidate, model: WorkViewModel) -> str:
    return f"{each.name} · {label_of(each.role, model.lang)} · {each.unit_name or '—'}"


def _accept(model: WorkViewModel, row: Mapping[str, Any]) -> Component:
    reason = forms.labelled_field("reason", translate("work.act.reason", model.lang), maxlength="200")
    return _act(model, "accept", row, reason, button="accept")


def _act(
    model: WorkViewModel, act: str, row: Mapping[str, Any], *inside: Component | Tag, button: str, soft: bool = True
) -> Component:
    told = forms.hidden_field("item", row["item_no"])
    words = translate(f"work.act.{button}", model.lang)
    return forms.action_form(model.view, f"/work/{act}", told, *inside, button=words, soft=soft)


def _merge(model: WorkViewModel, row: Mapping[str, Any]) -> Component | None:
    """Making one of two roster entries, either way round."""
    if row["check_key"] != TWICE or row["state"] not in OPEN_WORK or not model.has_permission(Permission.CHECK_GRID):
        return None
    lang, details = model.lang, row["details"]
    pairs = ((details["one"], details["other"]), (details["other"], details["one"]))
    ways = [
        forms.action_form(
            model.view,
            "/work/merge",
            forms.hidden_field("item", row["item_no"]),
            forms.hidden_field("keep", keep),
            forms.hidden_field("drop", drop),
            button=translate("work.act.merge", lang, keep=keep, drop=drop),
        )
        for keep, drop in pairs
    ]
    return card(
        translate("work.act.merge_title", lang), html.P(translate("work.act.merge_note", lang), className="mute"), *ways
    )


def _past(model: WorkViewModel, row: Mapping[str, Any]) -> Component:
    lang = model.lang
    changes: list[Change] = model.ctx.query(item_history, row["item_no"])
    names = ("at", "by", "state", "owner", "due", "reason", "note")
    if not changes:
        return card(translate("work.past.title", lang), html.P(translate("work.past.none", lang), className="mute"))
    heads = [translate(f"work.past.{name}", lang) for name in names]
    rows = [
        [f"{each.at:%Y-%m-%d %H:%M}", each.login or "—", label_of(each.state, lang), each.owner_no or "—",
         each.due_on or "—", each.reason or "—", each.note or "—"]
        for each in changes
    ]  # fmt: skip
    return card(translate("work.past.title", lang), html_table(heads, rows, translate("work.past.title", lang), lang))
