"""Long lists a page at a time: which rows a page holds, and the links to the ones before and after it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from dash import html
from dash.development.base_component import Component

from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.locale import Lang, translate

T = TypeVar("T")


@dataclass(frozen=True)
class ListPage:
    """One page of a list of ``total`` rows, ``size`` to a page; ``number`` counts from 1 and is never past the last."""

    number: int
    size: int
    total: int

    @classmethod
    def of_view(cls, view: View, total: int, size: int) -> ListPage:
        """The page an address asks for; one past the end is the last one.

        Parameters
        ----------
        view
            Its ``page`` is the one asked for.
        total
            Rows of the whole list.
        size
            Rows of a page.

        Returns
        -------
        page
            The first one of an empty list.
        """
        return cls(min(view.page, max(1, -(-total // size))), size, total)

    @property
    def offset(self) -> int:
        """Rows of the list before this page."""
        return (self.number - 1) * self.size

    @property
    def is_last(self) -> bool:
        """Whether no row comes after this page."""
        return self.offset + self.size >= self.total

    def to_words(self, lang: Lang) -> str:
        """Which rows are shown and how many there are.

        Parameters
        ----------
        lang
            Language of the words.

        Returns
        -------
        words
            Counted from 1, the last one inclusive; of an empty list nothing, which says so itself.
        """
        if not self.total:
            return ""
        first, last = self.offset + 1, min(self.offset + self.size, self.total)
        return translate("ui.pages.shown", lang, first=first, last=last, total=self.total)


def read_list_page(
    ctx: AppContext, view: View, size: int, count: Callable[..., int], rows: Callable[..., list[T]], *asked: Any
) -> tuple[ListPage, list[T]]:
    """The rows of the page an address asks for.

    Parameters
    ----------
    ctx
        Asked on behalf of the visitor.
    view
        Its ``page`` is the one asked for.
    size
        Rows of a page.
    count
        Takes a connection and ``asked``; how many rows there are.
    rows
        Takes a connection, ``asked``, how many rows at most and how many to leave out before.
    *asked
        Handed on to both.

    Returns
    -------
    page, rows
        Which page it is, and what stands on it.
    """
    page = ListPage.of_view(view, ctx.query(count, *asked), size)
    return page, ctx.query(rows, *asked, size, page.offset)


def page_links(view: View, path: str, page: ListPage) -> Component:
    """Which rows are shown, between the links to the page before and the page after.

    Parameters
    ----------
    view
        What is looked at; its parameters are kept.
    path
        Address of the list.
    page
        The page shown.

    Returns
    -------
    links
        The words alone when one page holds the whole list.
    """
    words = html.Span(page.to_words(view.lang), className="mute")
    before = _link(view, path, "prev", page.number - 1) if page.number > 1 else None
    after = None if page.is_last else _link(view, path, "next", page.number + 1)
    named = translate("ui.pages.named", view.lang)
    return html.Nav([before, words, after], className="ways pages", **{"aria-label": named})


def _link(view: View, path: str, way: str, number: int) -> Component:
    return html.A(translate(f"ui.pages.{way}", view.lang), href=view.link_to(path, page=number), rel=way)
