"""Accounts: who has a way in, what it opens today; make, lock, open again, a new password shown once."""

from __future__ import annotations

from typing import Any

from dash import html
from dash.development.base_component import Component

from dashboard.auth import password
from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.components.html_markup import Tag
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.admin.admin_part import ActionResult, FormValues, Part, part_form
from dashboard.screens.admin.view_model import account_lines, people_without_account
from geodata.accounts import account_admin
from geodata.errors import UserError
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission
from geodata.vocabulary import Role


def accounts_body(ctx: AppContext, view: View) -> list[Component | None]:
    """The list, and the form for a new one.

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
    heads = [translate(f"admin.accounts.{name}", lang) for name in ("login", "name", "opens", "state", "last", "do")]
    lines = ctx.query(account_lines)
    rows = [_row(login, held, view) for login, held in lines.items()]
    return [
        card(translate("admin.accounts.title", lang), html_table(heads, rows, heads[0], lang), beside=len(lines)),
        card(translate("admin.accounts.new", lang), _new(ctx, view)),
    ]


def _row(login: str, held: list[Any], view: View) -> list[object]:
    lang, first = view.lang, held[0]
    opens = [line for line in held if line.in_force]
    state = "disabled" if first.disabled else "open" if opens else "ended"
    posts = [html.Div([label_of(Role(line.role), lang), " ", line.unit_name or line.unit_code]) for line in opens]
    last = f"{first.last_signed_in:%Y-%m-%d %H:%M}" if first.last_signed_in else "—"
    name = [first.person_name, html.Span(f" {first.person_no}", className="mute")]
    tone = {"disabled": "danger", "ended": "warn", "open": "ok"}[state]
    word = html.Span(translate(f"account.cli.state.{state}", lang), className=tone)
    return [html.B(login), name, posts or "—", word, last, _actions(login, first.disabled, view)]


def _actions(login: str, disabled: bool, view: View) -> Component:
    lang, which = view.lang, forms.hidden_field("login", login)
    lock = "enable" if disabled else "disable"
    return html.Div(
        [
            part_form(view, "accounts", "reset", which, button=translate("admin.accounts.reset", lang)),
            part_form(view, "accounts", lock, which, button=translate(f"admin.accounts.{lock}", lang)),
        ],
        className="acts",
    )


def _new(ctx: AppContext, view: View) -> Component:
    lang, free = view.lang, ctx.query(people_without_account)
    known = [Tag("option", f"{row.name} · {row.posts}", value=row.person_no) for row in free]
    note = translate("admin.accounts.person_note", lang)
    person = forms.labelled_field(
        "person", translate("admin.accounts.person", lang), note=note, list="people", maxLength=64
    )
    login = forms.labelled_field(
        "login", translate("admin.accounts.login", lang), pattern="[a-z0-9._-]{2,40}", autoComplete="off"
    )
    oidc = (
        forms.labelled_field("oidc", translate("admin.accounts.oidc", lang), required=False)
        if ctx.settings.oidc_issuer
        else None
    )
    inside = [part for part in (login, person, oidc, Tag("datalist", known, id="people")) if part is not None]
    return part_form(view, "accounts", "add", *inside, button=translate("admin.accounts.make", lang), soft=False)


def create_account(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """A new account with a random password.

    Parameters
    ----------
    ctx
        The account is made on behalf of the visitor.
    said
        ``login`` (2-40 small letters, digits, ``. _ -``), ``person`` (number), ``oidc`` (the provider's subject, may be
        empty).
    lang
        Language of the answer.

    Returns
    -------
    told
        A secret: it holds the password, shown this once.

    Raises
    ------
    UserError
        The login is taken or unreadable, the person is not known or has one, the subject is taken.
    """
    login, chosen = said.get("login", "").strip(), password.new_password()
    subject = said.get("oidc", "").strip() or None
    ctx.execute_at_door(
        account_admin.add_account, login, said.get("person", "").strip(), password.hash_password(chosen, login), subject
    )
    return ActionResult(translate("account.cli.made", lang, login=login, password=chosen), secret=True)


def reset_password(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """A new random password; sessions of before end.

    Parameters
    ----------
    ctx
        The password is set on behalf of the visitor.
    said
        ``login``.
    lang
        Language of the answer.

    Returns
    -------
    told
        A secret: it holds the password, shown this once.

    Raises
    ------
    NotFound
        There is no such account, or it is not the visitor's to change.
    """
    login, chosen = said.get("login", ""), password.new_password()
    ctx.execute_at_door(account_admin.set_password, login, password.hash_password(chosen, login))
    return ActionResult(translate("account.cli.made", lang, login=login, password=chosen), secret=True)


def disable_account(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """Lock an account other than the own; its sessions end.

    Parameters
    ----------
    ctx
        The account is locked on behalf of the visitor.
    said
        ``login``.
    lang
        Language of the answer.

    Returns
    -------
    told
        That it is locked.

    Raises
    ------
    UserError
        It is the visitor's own.
    NotFound
        There is no such account, or it is not the visitor's to change.
    """
    login = said.get("login", "")
    if ctx.visitor and ctx.visitor.login == login:
        raise UserError("admin.accounts.own")
    ctx.execute_at_door(account_admin.set_disabled, login, True)
    return ActionResult(translate("account.cli.locked", lang, login=login))


def enable_account(ctx: AppContext, said: FormValues, lang: Lang) -> ActionResult:
    """Open a locked account again.

    Parameters
    ----------
    ctx
        The account is opened on behalf of the visitor.
    said
        ``login``.
    lang
        Language of the answer.

    Returns
    -------
    told
        That it is open.

    Raises
    ------
    NotFound
        There is no such account, or it is not the visitor's to change.
    """
    ctx.execute_at_door(account_admin.set_disabled, said.get("login", ""), False)
    return ActionResult(translate("account.cli.opened", lang, login=said.get("login", "")))


PART = Part(
    key="accounts",
    order=10,
    permission=Permission.MANAGE_ACCOUNTS,
    body=accounts_body,
    actions={"add": create_account, "reset": reset_password, "disable": disable_account, "enable": enable_account},
)
