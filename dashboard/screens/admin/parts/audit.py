"""The audit trail: who did what, when, from where, before and after; searched, never changed."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.components.cards import card, html_table
from dashboard.components.list_pages import page_links, read_list_page
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import Part, part_search
from geodata.accounts import audit_trail
from geodata.accounts.audit_trail import Entry
from geodata.locale import Lang, read_catalogue, translate
from geodata.permissions import Permission

PAGE_SIZE = 200
MARKED = frozenset({"sign_in_tried", "signed_in", "sign_in_failed", "signed_out", "password_set"})
"""Actions about a login: its mark says nothing to a reader."""


def audit_body(ctx: AppContext, view: View) -> list[Component | None]:
    """The entries up to the as-of day that hold the text looked for.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor; without the right to read the trail there is nothing.
    view
        As-of day (inclusive) and the text looked for, as the address says them.

    Returns
    -------
    inside
        One card with a page of the entries, and how many there are.
    """
    lang = view.lang
    asked = (ctx.as_of_day(view), view.find or "")
    page, found = read_list_page(ctx, view, PAGE_SIZE, audit_trail.count_audit, audit_trail.search_audit, *asked)
    heads = [translate(f"admin.audit.{name}", lang) for name in ("at", "who", "address", "action", "about", "change")]
    shown = page_links(view, "/admin/audit", page)
    listed = html_table(heads, [_row(entry, lang) for entry in found], heads[0], lang)
    return [card(translate("admin.audit.title", lang), part_search(view, "audit"), listed, beside=shown)]


def _row(entry: Entry, lang: Lang) -> list[object]:
    # a role of the database is nobody: what the program does by itself
    login = html.Span(f" {entry.who}", className="mute") if entry.name else None
    who = [html.B(entry.name or translate("admin.audit.system", lang)), login]
    about = f"{_word('tables', entry.table_name, lang)} {entry.row_key or ''}" if entry.action not in MARKED else "—"
    return [
        f"{entry.at:%Y-%m-%d %H:%M:%S}",
        who,
        entry.address or "—",
        _word("actions", entry.action, lang),
        about,
        _change(entry, lang),
    ]


def _word(topic: str, name: str | None, lang: Lang) -> str:
    """What a table, a column or an action is called; its own name where the catalogue has none."""
    key = f"admin.audit.{topic}.{name}"
    return translate(key, lang) if key in read_catalogue(lang) else name or ""


def _change(entry: Entry, lang: Lang) -> list[Component]:
    colon = translate("list.colon", lang)
    names = sorted({*entry.before, *entry.after})
    return [html.Div([f"{_word('fields', name, lang)}{colon}", *_values(name, entry, lang)]) for name in names]


def _values(name: str, entry: Entry, lang: Lang) -> list[Any]:
    new = html.Span(_short(entry.after[name], lang)) if name in entry.after else None
    if name not in entry.before:
        return [new]
    return [html.Del(_short(entry.before[name], lang)), " → " if new else None, new]


def _short(value: Any, lang: Lang) -> str:
    if isinstance(value, bool):
        return translate("admin.audit.yes" if value else "admin.audit.no", lang)
    text = "—" if value is None else str(value)
    return text if len(text) <= 80 else f"{text[:79]}…"


PART = Part(key="audit", order=40, permission=Permission.READ_AUDIT, body=audit_body)
