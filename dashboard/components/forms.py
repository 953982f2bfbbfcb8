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
    """A value sent along.

    Parameters
    ----------
    name
        Name of the parameter.
    value
        What is sent along; the page does not show it.

    Returns
    -------
    field
        The input.
    """
    return Tag("input", type="hidden", name=name, value=value)


def labelled_field(
    name: str, text: str, *, kind: str = "text", note: str = "", required: bool = True, **more: Any
) -> Component:
    """A labelled input.

    Parameters
    ----------
    name
        Name of the parameter; its id is ``field-<name>``.
    text
        The label.
    kind
        The input's ``type``.
    note
        Stands under it; empty for nothing.
    required
        Whether the browser asks for it to be filled.
    **more
        Further attributes of the input, as Dash writes them.

    Returns
    -------
    field
        Label, input and note.
    """
    box = Tag("input", type=kind, id=f"field-{name}", name=name, required=required, **more)
    return _labelled(name, text, box, note)


def choice_field(
    name: str, text: str, options: Sequence[tuple[str, str]], chosen: str = "", note: str = ""
) -> Component:
    """A labelled list to pick one from.

    Parameters
    ----------
    name
        Name of the parameter; its id is ``field-<name>``.
    text
        The label.
    options
        ``(value, words)`` in their order.
    chosen
        The value picked beforehand; one that is none of them picks the first.
    note
        Stands under it; empty for nothing.

    Returns
    -------
    field
        Label, list and note.
    """
    items = [Tag("option", words, value=value, selected=value == chosen) for value, words in options]
    return _labelled(name, text, Tag("select", items, id=f"field-{name}", name=name), note)


def tick_box(name: str, text: str, *, ticked: bool = False) -> Component:
    """A labelled box to tick.

    Parameters
    ----------
    name
        Name of the parameter, which is sent as ``on`` when ticked and not at all otherwise.
    text
        The label.
    ticked
        Whether it is ticked beforehand.

    Returns
    -------
    field
        Box and label.
    """
    box = Tag("input", type="checkbox", id=f"field-{name}", name=name, checked=ticked)
    return html.Div([box, html.Label(text, htmlFor=f"field-{name}")], className="field tick")  # type: ignore[list-item]


def submit_button(text: str, *, soft: bool = False) -> Component:
    """The form's button.

    Parameters
    ----------
    text
        What it says.
    soft
        Whether it looks less than the strong button of a page.

    Returns
    -------
    button
        Sends the form it stands in.
    """
    return html.Button(text, type="submit", className="button" if soft else "button strong")


def action_form(view: View, path: str, *inside: Part, button: str, soft: bool = True) -> Component:
    """A form that asks for something by a POST to ``path``; it carries the token that no page elsewhere has.

    Parameters
    ----------
    view
        What is looked at; its parameters go along in the address.
    path
        The address that acts.
    *inside
        The fields.
    button
        What the button says.
    soft
        Whether the button looks less than the strong one of a page.

    Returns
    -------
    form
        Made within a request only: the token is its session's.
    """
    fields = [hidden_field("csrf_token", generate_csrf()), *inside, submit_button(button, soft=soft)]
    return html.Form(fields, method="post", action=view.link_to(path), className="form row")


def search_form(view: View, path: str, named: str, button: str) -> Component:
    """The box that looks for a text in a list; the address holds it.

    Parameters
    ----------
    view
        What is looked at; its parameters are kept, ``find`` stands in the box.
    path
        Address of the list.
    named
        What a screen reader calls the box.
    button
        What the button says.

    Returns
    -------
    form
        Asks by GET for at most 60 signs, as many as ``View`` reads.
    """
    box = Tag("input", type="search", name="find", id="field-find", value=view.find or "", maxlength="60")
    kept = [hidden_field(name, value) for name, value in view.with_fields(find=None).parameters.items()]
    inside = [*kept, html.Label(named, htmlFor="field-find", className="sr"), box, submit_button(button, soft=True)]
    return html.Form(inside, method="get", action=path, className="form row", role="search")


def theme_choices(view: View, path: str) -> list[Component]:
    """Language and theme for a page of nobody.

    Parameters
    ----------
    view
        What is looked at.
    path
        The page's own address.

    Returns
    -------
    links
        One for the other theme, one for the other language.
    """
    return quiet_links(view, path, None)


def _labelled(name: str, text: str, box: Tag, note: str) -> Component:
    below = html.Small(note, className="mute") if note else None
    return html.Div([html.Label(text, htmlFor=f"field-{name}"), box, below], className="field")  # type: ignore[list-item]
