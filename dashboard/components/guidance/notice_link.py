"""How much is new in one's area, beside the name: counted when a page is laid out, never pushed."""

from __future__ import annotations

import logging
from datetime import datetime

from dash import html
from dash.development.base_component import Component
from sqlalchemy.exc import SQLAlchemyError

from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.calendar import today
from geodata.locale import translate
from geodata.notices import notice_list


def count_news(ctx: AppContext) -> int:
    """How many notices whoever asks has not read.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.

    Returns
    -------
    count
        ``MOST_COUNTED`` + 1 where there are more. What follows the data is remembered until they change.
    """
    since, own = ctx.query(notice_list.count_own)
    if since is None:
        return 0
    key = ("new notices", ctx.login, since, today())
    found: int = own + ctx.keep_answer(key, lambda: _followed(ctx, since))
    return min(found, notice_list.MOST_COUNTED + 1)


def _followed(ctx: AppContext, since: datetime) -> int:
    return int(ctx.query(notice_list.count_new, since, follows_data=True))


def count_words(count: int) -> str:
    """A count as the header says it.

    Parameters
    ----------
    count
        As ``count_news`` gives it.

    Returns
    -------
    words
        The number, ``99+`` beyond it, "" for none.
    """
    most = notice_list.MOST_COUNTED
    return "" if not count else str(count) if count <= most else f"{most}+"


def notice_link(view: View, ctx: AppContext) -> list[Component]:
    """The way to what is new.

    Parameters
    ----------
    view
        Of it language and theme.
    ctx
        Asked on behalf of the visitor.

    Returns
    -------
    link
        One; none where nothing is new, or where it cannot be counted: the page at hand counts for more.
    """
    try:
        words = count_words(count_news(ctx))
    except SQLAlchemyError as fault:
        logging.getLogger("grid").warning("a header without notices: %s", type(fault).__name__)
        return []
    if not words:
        return []
    named = translate("ui.notice.named", view.lang, count=words)
    inside = [html.Span(translate("ui.top.notices", view.lang), className="of"), html.B(words)]
    return [html.A(inside, href=view.link_to("/notices"), className="news", title=named, **{"aria-label": named})]
