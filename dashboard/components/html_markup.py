"""Dash's HTML components as text: pages that need no script are written from the same parts as those that do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dash.development.base_component import Component
from markupsafe import Markup, escape

_RENAMED = {"className": "class", "htmlFor": "for", "tabIndex": "tabindex", "colSpan": "colspan", "rowSpan": "rowspan",
            "encType": "enctype", "autoComplete": "autocomplete", "autoFocus": "autofocus", "maxLength": "maxlength",
            "minLength": "minlength", "dateTime": "datetime"}  # fmt: skip
_VOID = frozenset({"input", "br", "hr", "img", "link", "meta"})
_BARE = frozenset({"required", "checked", "disabled", "selected", "autofocus", "readonly", "hidden", "open"})
_PRIVATE = frozenset({"n_clicks", "n_clicks_timestamp", "disable_n_clicks", "key", "children"})


class Tag:
    """An element Dash has no HTML component for, such as ``input``; attributes as Dash writes them."""

    def __init__(self, name: str, children: Any = None, /, **attributes: Any) -> None:
        self.name, self.children, self.attributes = name, children, attributes


def html_markup(part: Any) -> Markup:
    """The text of a component, a :class:`Tag`, a string, a number or a list of them; None is nothing.

    Parameters
    ----------
    part
        What is written; attributes that are None or False are left out, ``aria-`` ones that are False are not.

    Returns
    -------
    markup
        Escaped: no text becomes an element.

    Raises
    ------
    TypeError
        For a component that is more than HTML: a page without scripts cannot hold one.
    """
    if part is None:
        return Markup()
    if isinstance(part, list | tuple):
        return Markup().join(html_markup(each) for each in part)
    if isinstance(part, Tag):
        return _element(part.name, part.children, part.attributes)
    if isinstance(part, Component):
        told = part.to_plotly_json()
        if told["namespace"] != "dash_html_components":
            raise TypeError(f"{told['type']} needs a script")
        return _element(told["type"].lower(), told["props"].get("children"), told["props"])
    return escape(part)


def _element(name: str, children: Any, attributes: Mapping[str, Any]) -> Markup:
    written = Markup().join(
        _attribute(_RENAMED.get(key, key), value) for key, value in attributes.items() if key not in _PRIVATE
    )
    opened = Markup("<{}{}>").format(name, written)
    return opened if name in _VOID else opened + html_markup(children) + Markup("</{}>").format(name)


def _attribute(name: str, value: Any) -> Markup:
    if value is None or (value is False and not name.startswith("aria-")):
        return Markup()
    if name == "style":
        value = ";".join(f"{_hyphened(key)}:{said}" for key, said in value.items())
    return Markup(" {}").format(name) if name in _BARE else Markup(' {}="{}"').format(name, value)


def _hyphened(name: str) -> str:
    return "".join(f"-{sign.lower()}" if sign.isupper() else sign for sign in name)
