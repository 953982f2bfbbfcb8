"""``/notices``: what arrived in the own area within the last days, by day, what was not read yet marked as new."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import groupby

from dash import html
from dash.development.base_component import Component

from dashboard.components import forms, notices
from dashboard.components.cards import card
from dashboard.components.guidance.notice_link import count_news, count_words
from dashboard.components.page_frame import Crumb
from dashboard.components.top_bar import plain_frame, theme_links
from dashboard.request.context import AppContext
from dashboard.request.pages import Page
from dashboard.request.tasks import Task
from dashboard.request.view import View
from geodata.calendar import today
from geodata.locale import translate
from geodata.notices import notice_list
from geodata.notices.notice_list import KEPT_DAYS, Notice
from geodata.permissions import Permission

MOST = 200


def layout(ctx: AppContext, view: View) -> Component:
    """The whole page.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it language and theme.

    Returns
    -------
    page
        Complete, without scripts.
    """
    lang, now = view.lang, datetime.now(UTC)
    found = ctx.query(notice_list.list_notices, now, MOST)
    days = [_day(view, day, list(items)) for day, items in groupby(found, key=lambda each: each.at.date())]
    read = forms.action_form(
        view, "/notices/read", forms.hidden_field("until", now.isoformat()), button=translate("notices.read", lang)
    )
    told = [html.P(translate("notices.lead", lang, days=KEPT_DAYS), className="mute")]
    told += [read] if any(each.is_new for each in found) else []
    told += [html.P(translate("notices.none", lang), className="none")] if not found else []
    told += [html.P(translate("notices.cut", lang, most=MOST), className="mute")] if len(found) == MOST else []
    parts = [*notices.act_notices(), card(translate("notices.title", lang), *told), *days]
    body = html.Main(html.Div(parts, className="narrow"))
    return plain_frame(view, "/notices", [Crumb(translate("notices.title", lang))], body, ctx)


def _day(view: View, day: date, found: Sequence[Notice]) -> Component:
    rows = [_line(view, each) for each in found]
    return card(day.isoformat(), html.Ul(rows, className="notices"), beside=str(len(found)))


def _line(view: View, each: Notice) -> Component:
    """Led to as of the day it arrived, when that is over: what has become of it since is a click away."""
    day = each.at.date()
    way = theme_links(view).link_to(each.path, asof=day if day < today() else None)
    lang = view.lang
    mark = [html.B(translate("notices.new", lang), className="tag")] if each.is_new else []
    kind = html.Span(translate(f"notice.{each.key}.name", lang), className="mute")
    at = html.Time(f"{each.at:%H:%M}", dateTime=each.at.isoformat(), className="mute")
    return html.Li([at, kind, html.A(each.to_sentence(lang), href=way), *mark])


def news_words(ctx: AppContext, view: View) -> str:
    """How much is new, in words.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Of it the language.

    Returns
    -------
    words
        "" where nothing is.
    """
    count = count_words(count_news(ctx))
    return translate("notices.count", view.lang, count=count) if count else ""


PAGE = Page(
    key="notices",
    path="/notices",
    title="notices.title",
    permission=Permission.SEE_AREA,
    layout=layout,
    tasks=(Task("notices.task", 5, count=news_words),),
    plain=True,
)
