"""The work list of the grid as a list: every fault with its place, its sentence, and how it stands."""

from __future__ import annotations

import json
from datetime import date

from shapely import to_geojson
from sqlalchemy import Connection

from dashboard.tables.declared_columns import stored_column
from geodata.integrity.work_list import format_size, list_work_items
from geodata.locale import Lang, translate
from geodata.models import WorkItem
from geodata.tables.column import Column
from geodata.tables.table import Table, table_notes
from geodata.vocabulary import OPEN_WORK, WorkState

_STORED = {
    column.name: stored_column(column, words="work.column")
    for column in (
        *(WorkItem.item_no, WorkItem.unit_code, WorkItem.state, WorkItem.size, WorkItem.due_on),
        *(WorkItem.first_seen_on, WorkItem.last_seen_on, WorkItem.reason, WorkItem.note),
    )
}
COLUMNS = tuple(
    _STORED.get(name) or Column(name, words="work.column")
    for name in (
        *("item_no", "check_name", "town_name", "unit_code", "unit_name", "state", "what", "mend", "size", "sized"),
        *("owner_name", "due_on", "first_seen_on", "last_seen_on", "reason", "note"),
    )
)


def work_list(db: Connection, as_of: date, within: str | None, state: str | None, lang: Lang) -> Table:
    """The items of a unit that are neither mended nor accepted, or those in ``state``; the faults as their shapes.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day by which units have their names, inclusive; the states are those of now.
    within
        Code of the unit an item must touch, itself or one below; None: everywhere.
    state
        A word of ``WorkState``; None: those that count as open.
    lang
        Language of sentences, sizes and notes.

    Returns
    -------
    table
        ``COLUMNS``; ``size`` as a number, ``sized`` with its unit; shapes as GeoJSON in EPSG:4490 degrees.

    Raises
    ------
    NotFound
        ``within`` was not in force on the day.
    """
    states = OPEN_WORK if state is None else [WorkState(state)]
    found = list_work_items(db, as_of, within=within, states=states, lang=lang)
    shaped = tuple(None if shape is None else json.loads(to_geojson(shape)) for shape in found.geometry)
    told = table_notes(db, translate("api.title.work", lang), ("grid_clean",), as_of, within, lang)
    sizes = [
        format_size(size, unit, lang) or None for size, unit in zip(found["size"], found["size_unit"], strict=True)
    ]
    return Table(COLUMNS, found.drop(columns="geometry").assign(sized=sizes), told, shaped)
