"""Rules: what is in force, from when, on whose word; a value from a day on, correcting and taking back, each previewed.

Checklists stand beside them, each with its kinds of subject and its period.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import ActionResult, FormValues, Part, part_form
from dashboard.screens.admin.rule_previews import Asked, preview_or_write
from geodata import rules
from geodata.calendar import day_of, today
from geodata.checklists import choose_words, list_checklists
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
from geodata.rule_changes.rule_acts import plan_rule, plan_taking_back
from geodata.rule_changes.rule_text import rule_name, scope_name, show_value, value_note
from geodata.rule_kinds import RULE_KINDS
from geodata.vocabulary import SubjectKind

BAR = "|"
"""Between a rule's key and its scope in the form's list."""


def rules_body(ctx: AppContext, view: View) -> list[Component | None]:
    """What is to come, what is in force, the form for a new value, and the checklists.

    Parameters
    ----------
    ctx
        Rules are open to everybody.
    view
        As-of day of what is in force, inclusive; what is to come is after today.

    Returns
    -------
    inside
        A card each.
    """
    lang = view.lang
    heads = [translate(f"admin.rules.{name}", lang) for name in ("key", "scope", "value", "since", "source")]
    now = ctx.query(rules.rules_in_force, ctx.as_of_day(view)).to_dict("records")
    later = ctx.query(rules.rules_to_come, today()).to_dict("records")
    coming, present = ([[*_cells(row, lang), _withdraw(row, view)] for row in rows] for rows in (later, now))

    def table(rows: list[list[object]]) -> Component:
        return html.Div(html_table([*heads, ""], rows, heads[0], lang, stacked=True), className="stack rules")

    stamp = translate("admin.rules.as_of", lang, day=ctx.as_of_day(view), n=len(present))
    return [
        card(translate("admin.rules.new", lang), _new(now, view)),
        card(translate("admin.rules.coming", lang), table(coming)),
        card(translate("admin.rules.title", lang), table(present), beside=stamp),
        card(translate("admin.checklists.title", lang), _checklists(ctx, lang)),
    ]


def _checklists(ctx: AppContext, lang: Lang) -> Component:
    """Every checklist with its kinds and its period; files bring them, so there is nothing to fill in here."""
    heads = [
        translate(f"admin.checklists.{name}", lang) for name in ("list", "kinds", "since", "until", "items", "source")
    ]
    comma = translate("list.comma", lang)
    cells = [
        [
            [html.B(choose_words(row, lang, "title")), html.Span(f" {row['checklist_no']}", className="mute")],
            comma.join(label_of(SubjectKind(kind), lang) for kind in row["kinds"]),
            row["from_on"],
            row["until_on"] - timedelta(days=1) if row["until_on"] else "—",
            html.Ol([html.Li(choose_words(item, lang), title=item["article"]) for item in row["items"] or []]),
            html.Span(row["source"], className="mute"),
        ]
        for row in ctx.query(list_checklists).to_dict("records")
    ]
    return html.Div(html_table(heads, cells, heads[0], lang, stacked=True), className="stack rules")


def _cells(row: Any, lang: Lang) -> list[object]:
    kind = RULE_KINDS[row["key"]]
    what = [html.B(rule_name(kind.key, lang), title=kind.key)]
    past = translate(f"admin.rules.{'past' if kind.has_past else 'no_past'}", lang)
    about = " ".join([translate(f"rule.about.{kind.key}", lang), value_note(kind, lang), past])
    return [
        html.Span([*what, html.Small(about, className="mute")]),
        scope_name(kind, row["scope"], lang) or "—",
        html.B(show_value(kind, row["value"], lang)),
        row["from_on"],
        html.Span(row["source"], className="mute"),
    ]


def _withdraw(row: Any, view: View) -> Component | str:
    """The button for what was set here, where it can be taken back still."""
    if not row["is_own"] or not (RULE_KINDS[row["key"]].has_past or row["from_on"] >= today()):
        return ""
    named = {"rule": f"{row['key']}{BAR}{row['scope']}", "from_on": row["from_on"].isoformat()}
    inside = [forms.hidden_field(name, value) for name, value in named.items()]
    return part_form(view, "rules", "withdraw", *inside, button=translate("admin.rules.withdraw", view.lang))


def _choices(now: list[Any], lang: Lang) -> list[tuple[str, str]]:
    """What can be set: every rule with each of its scopes, and an interval for each kind of subject."""
    found = {(row["key"], row["scope"]): f" = {show_value(RULE_KINDS[row['key']], row['value'], lang)}" for row in now}
    for kind in SubjectKind:
        found.setdefault(("interval_days", f"kind:{kind.value}"), "")
    return [
        (f"{key}{BAR}{scope}", f"{rule_name(key, lang)} {scope_name(RULE_KINDS[key], scope, lang)}".strip() + said)
        for (key, scope), said in sorted(found.items())
    ]


def _new(now: list[Any], view: View) -> Component:
    lang = view.lang
    since = translate("admin.rules.since", lang)
    inside = [
        forms.choice_field("rule", translate("admin.rules.which", lang), _choices(now, lang)),
        forms.labelled_field(
            "value", translate("admin.rules.value", lang), maxLength=400, note=translate("admin.rules.value_note", lang)
        ),
        forms.labelled_field(
            "from_on", since, kind="date", value=today().isoformat(), note=translate("admin.rules.since_note", lang)
        ),
        forms.labelled_field("source", translate("admin.rules.source", lang), maxLength=400),
    ]
    return part_form(view, "rules", "set", *inside, button=translate("admin.rules.look", lang), soft=False)


def _named(said: FormValues) -> tuple[str, str, date]:
    key, _, scope = said.get("rule", "").partition(BAR)
    return key, scope, day_of(said.get("from_on", ""))


def set_rule(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """A value from a day on: its preview, or the value itself where the form confirms one.

    Parameters
    ----------
    ctx
        The rule is set on behalf of the visitor.
    said
        ``rule`` (key and scope, ``BAR`` between them), ``from_on`` (YYYY-MM-DD, first day on which it counts),
        ``value`` (as ``read_value`` reads it), ``source`` (law, document or decision), and ``seen`` of the preview that
        is confirmed.
    lang
        Language of the answer.

    Returns
    -------
    told
        Which rule from which day, or the page to confirm.

    Raises
    ------
    UserError
        The day cannot be read, there is no such rule, the value cannot be, or the source is blank.
    Forbidden
        The visitor may not rule.
    """
    key, scope, from_on = _named(said)
    value, source = said.get("value", ""), said.get("source", "")
    asked = Asked("set", said, lambda db: plan_rule(db, key, scope, from_on, value, source))
    return preview_or_write(ctx, asked, lang)


def withdraw_value(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """Take back what was set for a day: its preview, or the act itself where the form confirms one.

    Parameters
    ----------
    ctx
        The value is taken back on behalf of the visitor.
    said
        ``rule`` (key and scope, ``BAR`` between them), ``from_on`` (YYYY-MM-DD), and ``seen`` of the preview that is
        confirmed.
    lang
        Language of the answer.

    Returns
    -------
    told
        Which rule, or the page to confirm.

    Raises
    ------
    UserError
        The day cannot be read.
    NotFound
        Nothing was set for that day.
    Forbidden
        The visitor may not rule.
    """
    key, scope, from_on = _named(said)
    return preview_or_write(ctx, Asked("withdraw", said, lambda db: plan_taking_back(db, key, scope, from_on)), lang)


PART = Part(
    key="rules",
    order=30,
    permission=Permission.MANAGE_RULES,
    body=rules_body,
    actions={"set": set_rule, "withdraw": withdraw_value},
)
