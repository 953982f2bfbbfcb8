"""Rules: what is in force, from when, on whose word; a new value from a day to come, and taking one back before it.

Checklists stand beside them, each with its kinds of subject and its period.
"""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pandas as pd
from dash import html
from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import ActionResult, FormValues, Part, part_form
from geodata import rules
from geodata.calendar import day_of, today
from geodata.checklists import choose_words, list_checklists
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
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
    now, later = ctx.query(rules.rules_in_force, ctx.as_of_day(view)), ctx.query(rules.rules_to_come, today())
    coming = [[*_cells(row, lang), _withdraw(row, view)] for row in later.itertuples()]
    present = [_cells(row, lang) for row in now.itertuples()]
    stamp = translate("admin.rules.as_of", lang, day=ctx.as_of_day(view), n=len(present))
    return [
        card(translate("admin.rules.new", lang), _new(now, view)),
        card(translate("admin.rules.coming", lang), html_table([*heads, ""], coming, heads[0], lang)),
        card(translate("admin.rules.title", lang), html_table(heads, present, heads[0], lang), beside=stamp),
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
    return html_table(heads, cells, heads[0], lang)


def rule_name(key: str, lang: Lang) -> str:
    """What a rule is called.

    Parameters
    ----------
    key
        Name of the rule.
    lang
        Language of the words.

    Returns
    -------
    words
        Of the catalogue.
    """
    return translate(f"rule.name.{key}", lang)


def _cells(row: Any, lang: Lang) -> list[object]:
    value = html.Code(json.dumps(row.value, ensure_ascii=False))
    what = [html.B(rule_name(row.key, lang)), html.Span(f" {row.key}", className="mute")]
    return [what, row.scope or "—", value, row.from_on, html.Span(row.source, className="mute")]


def _withdraw(row: Any, view: View) -> Component:
    named = {"rule": f"{row.key}{BAR}{row.scope}", "from_on": row.from_on.isoformat()}
    inside = [forms.hidden_field(name, value) for name, value in named.items()]
    return part_form(view, "rules", "withdraw", *inside, button=translate("admin.rules.withdraw", view.lang))


def _new(now: pd.DataFrame, view: View) -> Component:
    lang = view.lang
    known = [
        (
            f"{row.key}{BAR}{row.scope}",
            f"{rule_name(row.key, lang)} {row.scope} = {json.dumps(row.value, ensure_ascii=False)}",
        )
        for row in now.itertuples()
    ]
    inside = [
        forms.choice_field("rule", translate("admin.rules.which", lang), known),
        forms.labelled_field(
            "value", translate("admin.rules.value", lang), maxLength=400, note=translate("admin.rules.value_note", lang)
        ),
        forms.labelled_field("from_on", translate("admin.rules.since", lang), kind="date", min=today().isoformat()),
        forms.labelled_field("source", translate("admin.rules.source", lang), maxLength=400),
    ]
    return part_form(view, "rules", "set", *inside, button=translate("admin.rules.set", lang), soft=False)


def set_rule(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """A new value from a day on.

    Parameters
    ----------
    ctx
        The rule is set on behalf of the visitor.
    said
        ``rule`` (key and scope, ``BAR`` between them), ``from_on`` (YYYY-MM-DD, first day on which it counts),
        ``value`` (JSON), ``source`` (law, document or decision).
    lang
        Language of the answer.

    Returns
    -------
    told
        Which rule from which day.

    Raises
    ------
    UserError
        The day cannot be read, the value is not of the rule's kind, the source is blank, or that day has a value.
    NotFound
        The rule is not known.
    Forbidden
        The visitor may not rule, or the day has passed.
    """
    key, _, scope = said.get("rule", "").partition(BAR)
    from_on = day_of(said.get("from_on", ""))
    ctx.execute(rules.set_rule, key, scope, from_on, said.get("value", ""), said.get("source", ""))
    return ActionResult(translate("admin.rules.done", lang, key=f"{key} {scope}".strip(), day=from_on))


def withdraw_value(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """Take back a value that has not come into force.

    Parameters
    ----------
    ctx
        The value is taken back on behalf of the visitor.
    said
        ``rule`` (key and scope, ``BAR`` between them), ``from_on`` (YYYY-MM-DD).
    lang
        Language of the answer.

    Returns
    -------
    told
        Which rule.

    Raises
    ------
    UserError
        The day cannot be read.
    NotFound
        There is no such value to come, or the visitor may not.
    """
    key, _, scope = said.get("rule", "").partition(BAR)
    ctx.execute(rules.withdraw_rule, key, scope, day_of(said.get("from_on", "")))
    return ActionResult(translate("admin.rules.withdrawn", lang, key=f"{key} {scope}".strip()))


PART = Part(
    key="rules",
    order=30,
    permission=Permission.MANAGE_RULES,
    body=rules_body,
    actions={"set": set_rule, "withdraw": withdraw_value},
)
