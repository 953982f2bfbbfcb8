"""A context whose every question is narrowed to the subjects an address asks about."""

from __future__ import annotations

from dataclasses import replace

from dashboard.request.context import AppContext
from geodata.rollup.narrowing import OWN, Narrowing
from geodata.subjects.narrow_choices import person_name


def narrowed_context(ctx: AppContext, narrowing: Narrowing) -> AppContext:
    """The context to ask a view's numbers with: none of its questions can forget what is picked.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    narrowing
        As the address says it; the person ``me`` is the visitor, nobody where nobody is signed in.

    Returns
    -------
    ctx
        The same where nothing is picked; else one that shares everything with it, its memory among that.
    """
    if narrowing.person == OWN:
        own = ctx.visitor.person_no if ctx.visitor else ""
        narrowing = replace(narrowing, person=own or "-")
    return replace(ctx, narrowing=narrowing) if narrowing else ctx


def picked_person(ctx: AppContext) -> str:
    """Who it is that a context's subjects are answered for by.

    Parameters
    ----------
    ctx
        As ``narrowed_context`` gives it.

    Returns
    -------
    name
        "" where no person is picked; the number where nobody of that number is seen.
    """
    number = ctx.narrowing.person
    return str(ctx.cached_query(person_name, number)) if number else ""
