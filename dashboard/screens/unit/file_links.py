"""The addresses of the files behind what a unit's page shows."""

from __future__ import annotations

from dash.development.base_component import Component

from dashboard.components.download_links import download_links
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.levels import current_levels


def list_files(model: UnitViewModel) -> list[Component]:
    """The list as it is shown, as files.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    links
        Workbook and csv; of the roster also geojson.
    """
    if model.whole_roster:
        return _links(model, "subjects", {"state": model.state}, ("xlsx", "csv", "geojson"))
    asked = {"indicator": model.indicator.key, "state": model.state, "part": model.part}
    return _links(model, "rows", asked, ("xlsx", "csv"))


def ranking_files(model: UnitViewModel) -> list[Component]:
    """The units one level down with the number picked, as files.

    Parameters
    ----------
    model
        One unit on one day, above the level of villages.

    Returns
    -------
    links
        Workbook and geojson.
    """
    level = current_levels().child_of(model.unit.level)
    return _links(model, "indicators", {"indicator": model.indicator.key, "level": level}, ("xlsx", "geojson"))


def _links(model: UnitViewModel, address: str, more: dict[str, str | None], kinds: tuple[str, ...]) -> list[Component]:
    asked = {"unit": model.code, "asof": model.day.isoformat(), **more, **model.view.narrowing.said}
    return download_links(address, asked, model.view.lang, kinds)
