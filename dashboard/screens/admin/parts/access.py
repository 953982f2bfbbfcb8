"""Who can see what, on one page: every account with its posts and what they open, and what each post may do."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component

from dashboard.components.cards import card, html_table
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.access_book import HEADS, account_rows, right_rows, rights_heads
from dashboard.screens.admin.admin_part import Part
from dashboard.screens.admin.view_model import account_lines
from geodata.locale import translate
from geodata.permissions import Permission


def access_body(ctx: AppContext, view: View) -> list[Component | None]:
    """Both tables, and the workbook that holds them.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Language, as the address says it.

    Returns
    -------
    inside
        A card each, as of today.
    """
    lang = view.lang
    heads = [translate(f"admin.access.{name}", lang) for name in HEADS]
    lines = [line for held in ctx.query(account_lines).values() for line in held]
    address = f"/admin/access.xlsx?lang={lang}"
    book = html.A(translate("admin.access.book", lang), href=address, className="button", download="")
    accounts = html_table(heads, account_rows(lines, lang), heads[0], lang)
    rights = translate("admin.access.rights", lang)
    return [
        card(translate("admin.access.title", lang), accounts, beside=book),
        card(rights, html_table(rights_heads(lang), right_rows(lang), rights, lang)),
    ]


PART = Part(key="access", order=50, permission=Permission.SEE_ACCOUNTS, body=access_body)
