"""From a form about a rule to its preview, and from the preview to the rule: what is stored is what was looked at."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.request import signed_in
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import ActionResult, part_form
from dashboard.tables.rule_preview_words import ToldPreview, rule_title, tell_preview
from geodata.database.scope import steady_transaction
from geodata.locale import Lang, translate
from geodata.preview.rule_preview import preview_rule
from geodata.rule_changes.rule_acts import RuleChange, write_change
from geodata.rule_changes.rule_text import show_value

SEEN = "seen"
"""The form's field with the fingerprint of the preview it was confirmed on."""


@dataclass(frozen=True)
class Asked:
    """A form about a rule: the action it asks for, what it says, and the change it plans."""

    action: str
    said: Mapping[str, str]
    plan: Callable[[Connection], RuleChange]


def preview_or_write(ctx: AppContext, asked: Asked, lang: Lang) -> ActionResult:
    """The preview of a change; or the change itself, where the form confirms just this preview.

    All of it in one transaction that sees one moment. Where anything that was counted is another now, the new preview
    is shown and nothing is written.

    Parameters
    ----------
    ctx
        Everything is done on behalf of the visitor.
    asked
        The form.
    lang
        Language of the answer.

    Returns
    -------
    result
        A page to confirm, or what was done.

    Raises
    ------
    UserError
        The change cannot be.
    """
    seen = asked.said.get(SEEN, "")
    with steady_transaction(ctx.engine, signed_in.request_scope()) as db:
        change = asked.plan(db)
        preview = preview_rule(db, change)
        if seen == preview.fingerprint:
            write_change(db, change)
            return ActionResult(_done(change, lang))
        told = tell_preview(db, preview, lang)

    def page(view: View) -> list[Component]:
        return _page(view, asked, change, told, preview.fingerprint)

    return ActionResult("", page=page)


def _done(change: RuleChange, lang: Lang) -> str:
    what = rule_title(change, lang)
    if change.takes_back:
        return translate("admin.rules.withdrawn", lang, what=what, day=change.from_on)
    now = show_value(change.kind, change.value, lang)
    return translate("admin.rules.done", lang, what=what, day=change.from_on, now=now)


def _page(view: View, asked: Asked, change: RuleChange, told: ToldPreview, fingerprint: str) -> list[Component]:
    lang = view.lang
    kept = {name: asked.said.get(name, "") for name in ("rule", "value", "from_on", "source")}
    inside = [forms.hidden_field(name, value) for name, value in kept.items() if value]
    button = translate(f"admin.rules.{'confirm_back' if change.takes_back else 'confirm'}", lang)
    form = part_form(
        view, "rules", asked.action, *inside, forms.hidden_field(SEEN, fingerprint), button=button, soft=False
    )
    again = html.P(translate("admin.rules.again", lang), className="alert", role="alert")
    sentences = html.Ul([html.Li(each) for each in told.sentences], className="told")
    back = html.A(translate("admin.back", lang), href=view.link_to("/admin/rules"), className="button")
    tables = [card(each.title, html_table(each.heads, each.rows, each.title, lang)) for each in told.tables]
    ways = html.Div([form, back], className="form row")
    first = [*([again] if asked.said.get(SEEN) else []), sentences, ways]
    return [card(translate("admin.rules.preview", lang), *first), *tables]
