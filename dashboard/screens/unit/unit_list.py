"""The list of a unit's page: its states as a legend that filters, and the grid itself."""

from __future__ import annotations

from urllib.parse import quote

from dash import html
from dash.development.base_component import Component

from dashboard.components.data_grid import Face, grid
from dashboard.components.filter_chips import chip, chips
from dashboard.components.state_tones import due_tone, row_tones
from dashboard.screens.unit.file_links import list_files
from dashboard.screens.unit.view_model import Sight
from geodata.locale import label, say
from geodata.vocabulary import Level

GRID = "unit-grid"
_ROSTER = ("subject_name", "kinds", "risk", "town_name", "unit_name", "due_state", "last_on", "due_on", "days_over")
_ASIDE = frozenset(
    {"subject_id", "unit_code", "counted", "hit", "sample_no", "purpose", "retest_no", "status", "interval_days"}
)


def listing(sight: Sight) -> Component:
    """Heading with files, states, grid."""
    lang, table = sight.view.lang, sight.table
    what = (
        say("api.title.subjects", lang) if sight.whole_roster else say(f"indicator.{sight.indicator.key}.label", lang)
    )
    title = say("ui.list.title", lang, what=what, day=sight.day, n=len(table.frame))
    definition = html.P(say(f"indicator.{sight.indicator.key}.definition", lang), className="note")
    back = html.A(
        say("ui.list.roster", lang), href=sight.view.link(sight.address, indicator=None, only=None), **{"data-soft": ""}
    )
    ways = [*([] if sight.whole_roster else [back]), *list_files(sight)]
    return html.Section(
        [
            html.Div([html.H2(title), html.Nav(ways, className="ways")], className="card-head"),
            None if sight.whole_roster else definition,
            _states(sight),
            grid(GRID, table, _face(sight), title, lang),
        ],
        className="card",
        id="list",
        **{"aria-label": title},
    )


def _states(sight: Sight) -> Component:
    """Every state with its number; a state is a link that picks its rows out, and lets go of them again."""
    counts, view = sight.states(sight.indicator.key), sight.view
    shown = [("", say("ui.list.all", view.lang), sum(counts.values()))]
    shown += [(state.value, label(state, view.lang), counts[state]) for state in sight.indicator.states]
    links = [
        chip(word, number, view.link(sight.address, only=state or None), chosen=(state or None) == sight.state)
        for state, word, number in shown
        if number or not state
    ]
    return chips(say("ui.column.state", view.lang), links)


def _face(sight: Sight) -> Face:
    frame, names = sight.table.frame, [column.name for column in sight.table.columns]
    if sight.whole_roster:
        shown, link, word = _wanted(sight, _ROSTER), "subject_name", "due_state"
        tones = [due_tone(state) for state in frame["due_state"]]
    else:
        shown, word = _wanted(sight, [name for name in names if name not in _ASIDE]), "state"
        link = "subject_name" if "subject_name" in names else "unit_name"
        tones = row_tones(frame, sight.indicator)
    hrefs = [sight.view.link(path, indicator=None, only=None) for path in _paths(sight, link)]
    return Face(shown, link, word, hrefs, tones, "days_over" if "days_over" in shown else None)


def _paths(sight: Sight, link: str) -> list[str]:
    frame = sight.table.frame
    if link == "unit_name":
        return [f"/unit/{quote(code)}" for code in frame["unit_code"]]
    return [f"/subject/{quote(subject)}" for subject in frame["subject_id"]]


def _wanted(sight: Sight, names: tuple[str, ...] | list[str]) -> list[str]:
    """Without the places that are the same in every row of this unit."""
    same = {Level.DISTRICT: set(), Level.TOWN: {"town_name"}, Level.VILLAGE: {"town_name", "unit_name"}}[
        sight.unit.level
    ]
    return [name for name in names if name not in same]
