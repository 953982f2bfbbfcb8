"""Subjects made one, and two again, through a page; on behalf of whoever is signed in."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard.components import forms
from dashboard.components.cards import card, html_table
from dashboard.request.context import AppContext
from dashboard.screens.work.item_components import TWICE
from dashboard.screens.work.view_model import WorkViewModel
from geodata.calendar import today
from geodata.integrity.run_checks import run_checks
from geodata.locale import translate
from geodata.permissions import Permission
from geodata.subjects.subject_merge import Merge, list_merges, merge_subjects, undo_merge

MOST = 20


def make_one(ctx: AppContext, keep: str, drop: str) -> int:
    """Make one subject part of another and look for such pairs again, in one transaction.

    Parameters
    ----------
    ctx
        Done on behalf of the visitor.
    keep
        Number of the subject that stays.
    drop
        Number of the one that becomes part of it, on every day.

    Returns
    -------
    number
        By which the merge is undone.

    Raises
    ------
    UserError
        The two contradict each other, one is not there or merged already, or it is not the visitor's to do.
    """
    return ctx.execute(_make_one, keep, drop)  # type: ignore[no-any-return]


def make_two(ctx: AppContext, number: int) -> None:
    """Put back what a merge changed and look for such pairs again, in one transaction.

    Parameters
    ----------
    ctx
        Done on behalf of the visitor.
    number
        Number of the merge.

    Raises
    ------
    UserError
        There is no such merge, it is undone already, what it changed has changed since, or it is not the visitor's to
        undo.
    """
    ctx.execute(_make_two, number)


def _make_one(db: Connection, keep: str, drop: str) -> int:
    number = merge_subjects(db, keep, drop, on=today())
    run_checks(db, today(), checks=[TWICE])
    return number


def _make_two(db: Connection, number: int) -> None:
    undo_merge(db, number)
    run_checks(db, today(), checks=[TWICE])


def merges_card(model: WorkViewModel) -> Component | None:
    """The newest merges, each with its way back; for those who may merge.

    Parameters
    ----------
    model
        One look at the list.

    Returns
    -------
    card
        At most ``MOST``, newest first; None for those who may not, or without any.
    """
    if not model.has_permission(Permission.CHECK_GRID):
        return None
    found = model.ctx.query(list_merges, MOST)
    if not found:
        return None
    heads = [translate(f"work.merge.{name}", model.lang) for name in ("number", "kept", "dropped", "on", "who", "do")]
    rows = [_merged(model, each) for each in found]
    return card(
        translate("work.merge.title", model.lang),
        html_table(heads, rows, translate("work.merge.title", model.lang), model.lang),
    )


def _merged(model: WorkViewModel, each: Merge) -> list[object]:
    back: object = html.Span(translate("work.merge.undone", model.lang), className="mute")
    if not each.undone:
        told = forms.hidden_field("merge", str(each.number))
        back = forms.action_form(model.view, "/work/unmerge", told, button=translate("work.merge.undo", model.lang))
    return [str(each.number), each.kept, each.dropped, each.on, each.who, back]
