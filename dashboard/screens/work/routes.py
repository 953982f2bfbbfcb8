"""What is done under ``/work``: an item given to somebody, accepted, opened again; the checks run; subjects merged."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.context import AppContext
from dashboard.request.json_reply import asked_language
from dashboard.request.redirect_after import Act, redirect_after
from dashboard.request.started_job import do_as_job
from dashboard.request.view import View
from dashboard.screens.work import grid_acts
from geodata.calendar import day_of, today
from geodata.deadlines.working_days import unpublished_text
from geodata.integrity import work_item_acts
from geodata.permissions import Permission

PERMISSION = Permission.SEE_AREA


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route; the database judges every act again.

    Parameters
    ----------
    server
        The Flask server; ``/work/<act>`` is added to it.
    ctx
        What the route is given.
    """

    @server.post("/work/<any(assign, accept, reopen, look, merge, unmerge):act>")
    def change(act: str) -> Answer:
        return _done(ctx, View.from_args(request.args), act)


def _done(ctx: AppContext, view: View, act: str) -> Answer:
    """Do it, and go back to the item (to the list after an act of no item)."""
    number = _said("item")
    back = view.link_to("/work/item", item=number) if number else view.link_to("/work", item=None)
    with redirect_after(back) as doing:
        ACTS[act](ctx, doing)
    return doing.response


def _assign(ctx: AppContext, act: Act) -> None:
    due = day_of(_said("due")) if _said("due") else None
    known = {"on": today(), "due_on": due, "note": _said("note") or None}
    deadline = ctx.execute(work_item_acts.assign_item, _said("item"), _said("person"), **known)
    doubt = unpublished_text(deadline.unpublished, asked_language())
    if doubt:
        act.tell_done("work.act.assigned_unsure", due=deadline.last_on, doubt=doubt)
    else:
        act.tell_done("work.act.assigned", due=deadline.last_on)


def _accept(ctx: AppContext, act: Act) -> None:
    ctx.execute(work_item_acts.accept_item, _said("item"), _said("reason"), on=today())
    act.tell_done("work.act.accepted")


def _reopen(ctx: AppContext, act: Act) -> None:
    ctx.execute(work_item_acts.reopen_item, _said("item"), on=today())
    act.tell_done("work.act.reopened")


def _look(ctx: AppContext, act: Act) -> None:
    do_as_job(ctx, act, View.from_args(request.args), "check_grid", "check_grid")


def _merge(ctx: AppContext, act: Act) -> None:
    number = grid_acts.make_one(ctx, _said("keep"), _said("drop"))
    act.tell_done("work.act.merged", keep=_said("keep"), drop=_said("drop"), merge=number)


def _unmerge(ctx: AppContext, act: Act) -> None:
    number = _said("merge")
    grid_acts.make_two(ctx, int(number) if number.isdigit() and len(number) < 10 else 0)
    act.tell_done("work.act.unmerged", merge=number)


ACTS: dict[str, Callable[[AppContext, Act], None]] = {
    "assign": _assign,
    "accept": _accept,
    "reopen": _reopen,
    "look": _look,
    "merge": _merge,
    "unmerge": _unmerge,
}


def _said(name: str) -> str:
    return request.form.get(name, "").strip()[:1000]
