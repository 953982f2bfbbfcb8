"""What is done under ``/work``: an item given to somebody, accepted, opened again; the checks run; subjects merged."""

from __future__ import annotations

from collections.abc import Callable

from flask import Flask, flash, redirect, request
from werkzeug.wrappers import Response as Answer

from dashboard.request.audience import Audience
from dashboard.request.context import AppContext
from dashboard.request.view import View
from dashboard.screens.work import grid_acts
from geodata.calendar import day_of, today
from geodata.errors import UserError
from geodata.integrity import work_item_acts
from geodata.locale import Lang, say

AUDIENCE = Audience.STAFF
Act = Callable[[AppContext, Lang], str]


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route; the database judges every act again."""

    @server.post("/work/<any(assign, accept, reopen, look, merge, unmerge):act>")
    def change(act: str) -> Answer:
        return _done(ctx, View.read(request.args), act)


def _done(ctx: AppContext, view: View, act: str) -> Answer:
    """Do it, say what came of it, and go back to the item (to the list after an act of no item)."""
    try:
        flash(ACTS[act](ctx, view.lang))
    except UserError as fault:
        flash(fault.sentence(view.lang))
    number = _said("item")
    back = view.link("/work/item", item=number) if number else view.link("/work", item=None)
    return redirect(back, 303)


def _assign(ctx: AppContext, lang: Lang) -> str:
    due = day_of(_said("due")) if _said("due") else None
    known = {"on": today(), "due_on": due, "note": _said("note") or None}
    day = ctx.execute(work_item_acts.assign_item, _said("item"), _said("person"), **known)
    return say("work.act.assigned", lang, due=day)


def _accept(ctx: AppContext, lang: Lang) -> str:
    ctx.execute(work_item_acts.accept_item, _said("item"), _said("reason"), on=today())
    return say("work.act.accepted", lang)


def _reopen(ctx: AppContext, lang: Lang) -> str:
    ctx.execute(work_item_acts.reopen_item, _said("item"), on=today())
    return say("work.act.reopened", lang)


def _look(ctx: AppContext, lang: Lang) -> str:
    found = grid_acts.look_again(ctx)
    sums = {name: sum(getattr(each, name) for each in found) for name in ("found", "new", "solved")}
    return say("work.act.looked", lang, **sums)


def _merge(ctx: AppContext, lang: Lang) -> str:
    number = grid_acts.make_one(ctx, _said("keep"), _said("drop"))
    return say("work.act.merged", lang, keep=_said("keep"), drop=_said("drop"), merge=number)


def _unmerge(ctx: AppContext, lang: Lang) -> str:
    number = _said("merge")
    grid_acts.make_two(ctx, int(number) if number.isdigit() and len(number) < 10 else 0)
    return say("work.act.unmerged", lang, merge=number)


ACTS: dict[str, Act] = {
    "assign": _assign,
    "accept": _accept,
    "reopen": _reopen,
    "look": _look,
    "merge": _merge,
    "unmerge": _unmerge,
}


def _said(name: str) -> str:
    return request.form.get(name, "").strip()[:1000]
