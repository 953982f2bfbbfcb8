"""What a part of the management pages is, and how the parts are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from dash.development.base_component import Component

from dashboard.components import forms
from dashboard.components.html_markup import Tag
from dashboard.request.context import AppContext
from dashboard.request.view import View
from geodata.accounts.visitor import Visitor
from geodata.locale import Lang, translate
from geodata.permissions import Permission, is_permitted

FormValues = Mapping[str, str]


@dataclass(frozen=True)
class ActionResult:
    """What an action tells; a ``secret`` is shown once, on a page that is kept nowhere.

    ``page``: instead of any sentence, what is to be looked at before it is done, on a page of its own.
    """

    sentence: str
    secret: bool = False
    page: Callable[[View], list[Component]] | None = None


Action = Callable[[AppContext, FormValues, Lang], ActionResult]


@dataclass(frozen=True)
class Part:
    """One part: its place among the others, what it asks for, what it shows and what can be done there."""

    key: str
    order: int
    permission: Permission
    body: Callable[[AppContext, View], list[Component | None]]
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))

    def open_to(self, visitor: Visitor | None) -> bool:
        """Whether the part is the visitor's to see; the database judges again what he does there.

        Parameters
        ----------
        visitor
            Whoever is there; None: not signed in.

        Returns
        -------
        open
            By the posts held today.
        """
        return visitor is not None and is_permitted(visitor.roles, self.permission)


def part_form(
    view: View, part: str, action: str, *inside: Component | Tag, button: str, soft: bool = True
) -> Component:
    """A form that asks for an action of a part.

    Parameters
    ----------
    view
        What the answer comes back to: day, language, theme.
    part
        Key of the part.
    action
        Key of one of the part's actions.
    *inside
        Fields, the button left out.
    button
        The button's word.
    soft
        False for the one button of the page that stands out.

    Returns
    -------
    form
        A POST with the token that no page elsewhere has.
    """
    return forms.action_form(view, f"/admin/{part}/{action}", *inside, button=button, soft=soft)


def part_search(view: View, part: str) -> Component:
    """The box that looks for a text in a part's list; the address holds it.

    Parameters
    ----------
    view
        Has the text looked for now.
    part
        Key of the part.

    Returns
    -------
    form
        A GET to the part's own address.
    """
    return forms.search_form(
        view, f"/admin/{part}", translate("admin.find", view.lang), translate("admin.search", view.lang)
    )
