"""Forms that work without a script: labelled fields, a button, a switch of language and theme."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from dash import html
from dash.development.base_component import Component
from flask_wtf.csrf import generate_csrf

from dashboard.components.html_markup import Tag
from dashboard.components.top_bar import quiet_links
from dashboard.request.view import View

Part = Component | Tag


def hidden_field(name: str, value: str) -> Tag:
    """A value sent along."""
    return Tag("input", type="hidden", name=name, value=value)


def labelled_field(
    name: str, text: str, *, kind: str = "text", note: str = "", required: bool = True, **more: Any
) -> Component:
    """A labelled input; ``note`` stands under it."""
    box = Tag("input", type=kind, id=f"field-{name}", name=name, required=required, **more)
    return _labelled(name, text, box, note)


def choice_field(
    name: str, text: str, options: Sequence[tuple[str, str]], chosen: str = "", note: str = ""
) -> Component:
    """A labelled list of ``(value, words)`` to pick one from."""
    items = [Tag("option", words, value=value, selected=value == chosen) for value, words in options]
    return _labelled(name, text, Tag("select", items, id=f"field-{name}", name=name), note)


def tick_box(name: str, text: str, *, ticked: bool = False) -> Component:
    """A labelled box to tick."""
    box = Tag("input", type="checkbox", id=f"field-{name}", name=name, checked=ticked)
    return html.Div([box, html.Label(text, htmlFor=f"field-{name}")], className="field tick")  # type: ignore[list-item]


def submit_button(text: str, *, soft: bool = False) -> Component:
    """The form's button."""
    return html.Button(text, type="submit", className="button" if soft else "button strong")


def action_form(view: View, path: str, *inside: Part, button: str, soft: bool = True) -> Component:
    """A form that asks for something by a POST to ``path``; it carries the token that no page elsewhere has."""
    fields = [hidden_field("csrf_token", generate_csrf()), *inside, submit_button(button, soft=soft)]
    return html.Form(fields, method="post", action=view.link(path), className="form row")


def search_form(view: View, path: str, named: str, button: str) -> Component:
    """The box that looks for a text in the list at ``path``; the address holds it. ``named`` is for screen readers."""
    box = Tag("input", type="search", name="find", id="field-find", value=view.find or "", maxlength="60")
    kept = [hidden_field(name, value) for name, value in view.but(find=None).parameters.items()]
    inside = [*kept, html.Label(named, htmlFor="field-find", className="sr"), box, submit_button(button, soft=True)]
    return html.Form(inside, method="get", action=path, className="form row", role="search")


def theme_choices(view: View, path: str) -> list[Component]:
    """Language and theme for a page of nobody."""
    return quiet_links(view, path, None)


def _labelled(name: str, text: str, box: Tag, note: str) -> Component:
    below = html.Small(note, className="mute") if note else None
    return html.Div([html.Label(text, htmlFor=f"field-{name}"), box, below], className="field")  # type: ignore[list-item]
