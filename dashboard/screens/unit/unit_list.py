"""The list of a unit's page: its states as a legend that filters, and the grid itself."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components.data_grid import Face, data_grid
from dashboard.components.filter_chips import filter_chip, filter_chips
from dashboard.components.guidance.term_note import term_line
from dashboard.components.state_tones import due_tone, row_tones
from dashboard.screens.unit.file_links import list_files
from dashboard.screens.unit.view_model import UnitViewModel
from geodata.levels import Level, current_levels
from geodata.locale import label_of, translate

GRID = "unit-grid"
_ROSTER = ("subject_name", "kinds", "risk", "town_name", "unit_name", "due_state", "last_on", "due_on", "days_over")
_ASIDE = frozenset(
    {"subject_id", "unit_code", "counted", "hit", "sample_no", "purpose", "retest_no", "status", "interval_days"}
)


_TERMS = ("due", "due_soon", "overdue_days", "never_patrolled", "paused", "risk", "as_of")
"""The words of the roster's columns and states."""


def unit_list(model: UnitViewModel) -> Component:
    """The list behind the number picked: heading with files, states, grid.

    Parameters
    ----------
    model
        One unit on one day.

    Returns
    -------
    card
        The roster when no number is picked, else the rows it was counted from; without columns that are the same in
        every row.
    """
    lang, table = model.view.lang, model.table
    what = (
        translate("api.title.subjects", lang)
        if model.whole_roster
        else translate(f"indicator.{model.indicator.key}.label", lang)
    )
    title = translate("ui.list.title", lang, what=what, day=model.day, n=len(table.frame))
    definition = html.P(translate(f"indicator.{model.indicator.key}.definition", lang), className="note")
    back = html.A(
        translate("ui.list.roster", lang),
        href=model.view.link_to(model.address, indicator=None, only=None, part=None),
        **{"data-soft": ""},
    )
    ways = [*([] if model.whole_roster else [back]), *list_files(model)]
    return html.Section(
        [
            html.Div([html.H2(title), html.Nav(ways, className="ways")], className="card-head"),
            None if model.whole_roster else definition,
            None if model.whole_roster else _parts(model),
            _states(model),
            term_line(_TERMS if model.whole_roster else ("as_of",), lang),
            data_grid(GRID, table, _face(model), title, lang),
        ],
        className="card",
        id="list",
        **{"aria-label": title},
    )


def _parts(model: UnitViewModel) -> Component:
    """Numerator, denominator and what stands beside, with the tile's own numbers; a part is a link that picks it."""
    view, counts = model.view, model.part_counts()
    links = [
        filter_chip(
            _part_name(model, part),
            number,
            view.link_to(model.address, part=None if model.part == part else part, only=None),
            chosen=model.part == part,
        )
        for part, number in counts.items()
        if number or part != "beside"
    ]
    return filter_chips(translate("ui.list.parts", view.lang), links)


def _part_name(model: UnitViewModel, part: str) -> str:
    key = "api.part.beside" if part == "beside" else f"indicator.{model.indicator.key}.{part}"
    return translate(key, model.view.lang)


def _states(model: UnitViewModel) -> Component:
    """Every state with its number; a state is a link that picks its rows out, and lets go of them again."""
    counts, view = model.state_counts(model.indicator.key), model.view
    shown = [("", translate("ui.list.all", view.lang), sum(counts.values()))]
    shown += [(state.value, label_of(state, view.lang), counts[state]) for state in model.indicator.states]
    links = [
        filter_chip(
            word,
            number,
            view.link_to(model.address, only=state or None, part=None),
            chosen=(state or None) == model.state,
        )
        for state, word, number in shown
        if number or not state
    ]
    return filter_chips(translate("ui.column.state", view.lang), links)


def _face(model: UnitViewModel) -> Face:
    frame, names = model.table.frame, [column.name for column in model.table.columns]
    if model.whole_roster:
        shown, link, word = _wanted(model, _ROSTER), "subject_name", "due_state"
        tones = [due_tone(state) for state in frame["due_state"]]
    else:
        shown, word = _wanted(model, [name for name in names if name not in _ASIDE]), "state"
        link = "subject_name" if "subject_name" in names else "unit_name"
        tones = row_tones(frame, model.indicator)
    hrefs = [model.view.link_to(path, indicator=None, only=None, part=None) for path in _paths(model, link)]
    return Face(shown, link, word, hrefs, tones, "days_over" if "days_over" in shown else None)


def _paths(model: UnitViewModel, link: str) -> list[str]:
    frame = model.table.frame
    if link == "unit_name":
        return [f"/unit/{quote(code)}" for code in frame["unit_code"]]
    return [f"/subject/{quote(subject)}" for subject in frame["subject_id"]]


def _wanted(model: UnitViewModel, names: tuple[str, ...] | list[str]) -> list[str]:
    """Without the places that are the same in every row of this unit."""
    lowest = model.unit.level is Level.VILLAGE
    same = {"town_name", "unit_name"} if lowest else {"town_name"} if _is_parent(model) else set()
    return [name for name in names if name not in same]


def _is_parent(model: UnitViewModel) -> bool:
    """Whether the unit stands right above the lowest ones."""
    return current_levels().child_of(model.unit.level) is Level.VILLAGE
