"""Links to a list as files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlencode

from dash import html
from dash.development.base_component import Component

from geodata.locale import Lang, translate

KINDS = ("xlsx", "csv", "geojson")


def download_links(
    address: str, asked: Mapping[str, str | None], lang: Lang, kinds: Sequence[str] = KINDS, look: str = "way"
) -> list[Component]:
    """One link a kind to ``/api/<address>``.

    Parameters
    ----------
    address
        Last part of the path.
    asked
        Name of a parameter → what it says; None or empty is left out.
    lang
        Language of the words, and of the file.
    kinds
        Kinds of file, in the order of the links.
    look
        CSS class of each.

    Returns
    -------
    links
        As many as ``kinds``.
    """
    said = {name: value for name, value in (*asked.items(), ("lang", lang.value)) if value}
    return [
        html.A(
            translate(f"ui.table.{kind}", lang),
            href=f"/api/{address}?{urlencode(said | {'format': kind})}",
            className=look,
        )
        for kind in kinds
    ]
