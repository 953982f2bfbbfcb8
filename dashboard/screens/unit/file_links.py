"""The addresses of the files behind what a unit's page shows."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components.download_links import files
from dashboard.screens.unit.view_model import Sight


def list_files(sight: Sight) -> list[Component]:
    """The list as it is shown, as files."""
    if sight.whole_roster:
        return _links(sight, "subjects", {"state": sight.state}, ("xlsx", "csv", "geojson"))
    return _links(sight, "rows", {"indicator": sight.indicator.key, "state": sight.state}, ("xlsx", "csv"))


def ranking_files(sight: Sight) -> list[Component]:
    """The units one level down with the number picked, as files."""
    level = sight.unit.level.child
    return _links(sight, "indicators", {"indicator": sight.indicator.key, "level": level}, ("xlsx", "geojson"))


def _links(sight: Sight, address: str, more: dict[str, str | None], kinds: tuple[str, ...]) -> list[Component]:
    asked = {"unit": sight.code, "asof": sight.day.isoformat(), **more}
    return files(address, asked, sight.view.lang, kinds)
