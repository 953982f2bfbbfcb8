"""The auditor's workbook: accounts with what they open, what each post may do, and what the words mean."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dashboard.request.context import AppContext
from dashboard.screens.admin.view_model import account_lines
from geodata.calendar import today
from geodata.locale import Lang, label_of, translate
from geodata.permissions import Permission, reach_of
from geodata.responsibility.posts import UNIT_ROLES
from geodata.tables.workbook import workbook_bytes
from geodata.vocabulary import Role

HEADS = (
    "login", "person_no", "name", "state", "role", "unit_code", "unit_name", "from_on", "to_on", "towns", "villages",
    "subjects", "last",
)  # fmt: skip


def account_rows(lines: Iterable[Any], lang: Lang) -> list[list[Any]]:
    """A row per account and post, in the order of ``HEADS``; an account without a post has one row.

    Parameters
    ----------
    lines
        Rows of ``grid.who_sees_what``, one per account and post.
    lang
        Language of roles and states.

    Returns
    -------
    rows
        Cells in the order of ``HEADS``: days as dates, counts as int, the last sign-in as text to the minute; ``—`` for
        nothing and for the counts of a post not in force.
    """
    return [
        [
            line.login,
            line.person_no,
            line.person_name,
            _state(line, lang),
            label_of(Role(line.role), lang) if line.role else "—",
            line.unit_code or "—",
            line.unit_name or "—",
            line.from_on or "—",
            line.to_on or "—",
            *(_count(number, line.in_force) for number in (line.towns, line.villages, line.subjects)),
            f"{line.last_signed_in:%Y-%m-%d %H:%M}" if line.last_signed_in else "—",
        ]
        for line in lines
    ]


def rights_heads(lang: Lang) -> list[str]:
    """The heading of the rights' table: the right, then every post of a unit.

    Parameters
    ----------
    lang
        Language of the words.

    Returns
    -------
    heads
        As many as a row of :func:`right_rows` has cells.
    """
    return [translate("admin.access.right", lang), *(label_of(role, lang) for role in UNIT_ROLES)]


def right_rows(lang: Lang) -> list[list[str]]:
    """What each post may do, a row per permission: how far it reaches, or nothing.

    Parameters
    ----------
    lang
        Language of the words.

    Returns
    -------
    rows
        In the order of ``Permission``, posts in that of ``UNIT_ROLES``; "" where a post has no such right.
    """
    return [
        [translate(f"admin.right.{permission}", lang), *(_reach(role, permission, lang) for role in UNIT_ROLES)]
        for permission in Permission
    ]


def access_book(ctx: AppContext, lang: Lang) -> bytes:
    """The workbook as xlsx.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor; without the right to see accounts the list is empty.
    lang
        Language of sheets, headings and words.

    Returns
    -------
    book
        Bytes of an xlsx with three sheets: accounts, rights, notes; as of today.
    """
    lines = [line for held in ctx.query(account_lines).values() for line in held]
    heads = [translate(f"admin.access.{name}", lang) for name in HEADS]
    notes = [
        [translate("api.note.as_of", lang), today().isoformat()],
        [translate("admin.access.meaning", lang), translate("admin.access.meaning_text", lang)],
    ]
    return workbook_bytes(
        [
            (translate("admin.access.title", lang), heads, account_rows(lines, lang)),
            (translate("admin.access.rights", lang), rights_heads(lang), right_rows(lang)),
            (
                translate("api.sheet.notes", lang),
                [translate("api.note.name", lang), translate("api.note.text", lang)],
                notes,
            ),
        ]
    )


def _reach(role: Role, permission: Permission, lang: Lang) -> str:
    reach = reach_of(role, permission)
    return translate(f"admin.reach.{reach}", lang) if reach else ""


def _state(line: Any, lang: Lang) -> str:
    key = "disabled" if line.disabled else "open" if line.in_force else "ended"
    return translate(f"account.cli.state.{key}", lang)


def _count(number: int | None, in_force: bool) -> int | str:
    return int(number or 0) if in_force else "—"
