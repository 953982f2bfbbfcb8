"""The grid looked over again, and subjects made one, through a page; on behalf of whoever is signed in."""

from __future__ import annotations

from dash import html
from dash.development.base_component import Component
from sqlalchemy import Connection

from dashboard.components import forms
from dashboard.components.cards import card, table
from dashboard.request.context import Desk
from dashboard.screens.work.item_components import TWICE
from dashboard.screens.work.view_model import Sight
from geodata.calendar import today
from geodata.integrity.finding_store import Outcome
from geodata.integrity.run_checks import run
from geodata.locale import say
from geodata.subjects.subject_merge import Merge, merge, merges, undo_merge

MOST = 20


def look_again(desk: Desk) -> list[Outcome]:
    """Run every check over the whole grid; what came of each. UserError for whoever sees only a part of it."""
    return desk.change(run, today())  # type: ignore[no-any-return]


def make_one(desk: Desk, keep: str, drop: str) -> int:
    """Make ``drop`` part of ``keep`` and look for such pairs again; the number by which it is undone."""
    return desk.change(_make_one, keep, drop)  # type: ignore[no-any-return]


def make_two(desk: Desk, number: int) -> None:
    """Put back what a merge changed and look for such pairs again."""
    desk.change(_make_two, number)


def _make_one(db: Connection, keep: str, drop: str) -> int:
    number = merge(db, keep, drop, on=today())
    run(db, today(), checks=[TWICE])
    return number


def _make_two(db: Connection, number: int) -> None:
    undo_merge(db, number)
    run(db, today(), checks=[TWICE])


def merges_card(sight: Sight) -> Component | None:
    """The newest merges, each with its way back; for those who may merge."""
    if not sight.may("check_grid"):
        return None
    found = sight.desk.look(merges, MOST)
    if not found:
        return None
    heads = [say(f"work.merge.{name}", sight.lang) for name in ("number", "kept", "dropped", "on", "who", "do")]
    rows = [_merged(sight, each) for each in found]
    return card(
        say("work.merge.title", sight.lang), table(heads, rows, say("work.merge.title", sight.lang), sight.lang)
    )


def _merged(sight: Sight, each: Merge) -> list[object]:
    back: object = html.Span(say("work.merge.undone", sight.lang), className="mute")
    if not each.undone:
        told = forms.hidden("merge", str(each.number))
        back = forms.act(sight.view, "/work/unmerge", told, button=say("work.merge.undo", sight.lang))
    return [str(each.number), each.kept, each.dropped, each.on, each.who, back]
