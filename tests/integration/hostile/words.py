"""Texts that every kind of reader could take for something else, each told apart from all others by its end."""

from __future__ import annotations

import re
from collections.abc import Mapping

OPENINGS = (
    "=1+1", "＝2", "\u200b=3", "-4+5", "@SUM(1)", "+6", "'=7", "{{ 7919*7907 }}", "{% raw %}", "{# 注 #}",
    "<!--<script>", "</script><h1>", "[red]", "[/x]", "$\\frac{x$", "_x000D_", "\u200fא", "演\ue5e5", "𠮷㐂",
    "👩\u200d🌾", "%(a)s%n", "|;\"'",
)  # fmt: skip
"""How a text begins decides what a spreadsheet, a template, a console and a drawing make of it."""
MIDDLE = (
    "<b onclick=\"alert(1)\">&amp;&#65;</title><!--<script>{{ 7919*7907 }}{% raw %}{#$x^2$ \\$5 $[red]a[/x]:bell:"
    "_x000D__x005F_<![CDATA[]]>--%s ${x}`;'\"演\ue5e5\uf8f0𠮷𪚥\U000323b0😀👩\u200d🌾家\u200b\u200fאב"
)  # fmt: skip
"""What may stand anywhere inside."""
CODE_END = "[/x]<b>{{7*7}}$x$_x000D_演\ue5e5"
"""What a number of a person, a subject, a visit … may end in: whatever is no blank."""
SPACES = {"long": 200, "middle": 58, "short": 18}
NAMED = re.compile(r"·([a-z_]+)\.([a-z_]+)·(\d+)·")
PRODUCT = "62615533"
"""Of 7919 and 7907: seen anywhere, a template was run."""


def hostile(table: str, column: str, number: int, length: int = 200) -> str:
    """A text of that many signs; its end names the place it is kept in."""
    end = f"·{table}.{column}·{number}·"
    opening = OPENINGS[number % len(OPENINGS)]
    room = length - len(opening) - len(end)
    if room < 0:
        return (opening + end)[-length:] if length < len(end) else (opening[: length - len(end)] + end)
    return opening + (MIDDLE * (room // len(MIDDLE) + 1))[:room] + end


def coded(number: str) -> str:
    """A number of something, hostile."""
    return f"={number}{CODE_END}"


Place = tuple[str, str, str]
LISTS = {("subjects", "products")}
"""Columns whose cells name several things."""


def places(text: str) -> set[Place]:
    """The places whose texts a surface shows by their ends."""
    return {found.groups() for found in NAMED.finditer(text)}  # type: ignore[misc]


def changed(shown: str, texts: Mapping[Place, str]) -> list[str]:
    """Wherever a surface shows the end of a text without all of it before: what stands there.

    A list in one cell may be shown whole or one by one.
    """
    return [
        shown[max(0, found.end() - len(texts.get(found.groups(), "")) - 20) : found.end()]
        for found in NAMED.finditer(shown)
        if found.groups() not in texts or not shown[: found.end()].endswith(as_written(found.groups(), texts))
    ]


def as_written(place: Place, texts: Mapping[Place, str]) -> tuple[str, ...]:
    """The text of a place, and the last of it where a cell is a list (``grid.products_of``)."""
    whole = texts[place]
    return (whole, re.split("[、,，;；/]", whole)[-1].lstrip()) if place[:2] in LISTS else (whole,)
