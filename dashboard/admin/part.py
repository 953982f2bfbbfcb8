"""What a part of the management pages is, and how the parts are found."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType

from dash.development.base_component import Component

from dashboard.admin import parts
from dashboard.components import form
from dashboard.desk import Desk
from dashboard.markup import Tag
from dashboard.view import View
from geodata.accounts import Visitor
from geodata.vocabulary import Role
from geodata.words import Lang, say

Said = Mapping[str, str]


@dataclass(frozen=True)
class Told:
    """What an action tells; a ``secret`` is shown once, on a page that is kept nowhere."""

    sentence: str
    secret: bool = False


Action = Callable[[Desk, Said, Lang], Told]


@dataclass(frozen=True)
class Part:
    """One part: its place among the others, whose posts open it, what it shows and what can be done there."""

    key: str
    order: int
    roles: frozenset[Role]
    body: Callable[[Desk, View], list[Component | None]]
    actions: Mapping[str, Action] = field(default_factory=lambda: MappingProxyType({}))

    def open_to(self, visitor: Visitor | None) -> bool:
        """Whether the part is the visitor's to see; the database judges again what he does there."""
        return visitor is not None and bool(visitor.roles & self.roles)


@cache
def discover() -> Mapping[str, Part]:
    """Every part by its key, in order."""
    found = [import_module(f"{parts.__name__}.{each.name}").PART for each in iter_modules(parts.__path__)]
    return MappingProxyType({each.key: each for each in sorted(found, key=lambda part: part.order)})


def act(view: View, part: str, action: str, *inside: Component | Tag, button: str, soft: bool = True) -> Component:
    """A form that asks for an action of a part."""
    return form.act(view, f"/admin/{part}/{action}", *inside, button=button, soft=soft)


def search(view: View, part: str) -> Component:
    """The box that looks for a text in a part's list; the address holds it."""
    return form.search(view, f"/admin/{part}", say("admin.find", view.lang), say("admin.search", view.lang))
