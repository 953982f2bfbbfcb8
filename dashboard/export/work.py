"""The work list of the grid as a list: every fault with its place, its sentence, and how it stands."""

from __future__ import annotations

import json
from datetime import date

from shapely import to_geojson
from sqlalchemy import Connection

from dashboard.export.column import Column, day, word
from dashboard.export.table import Table, notes
from geodata.vocabulary import OPEN_WORK, WorkState
from geodata.words import Lang, say
from geodata.work import items

COLUMNS = (
    Column("item_no"),
    Column("check_name"),
    Column("town_name"),
    Column("unit_code"),
    Column("unit_name"),
    Column("state", word(WorkState)),
    Column("what"),
    Column("mend"),
    Column("size", numeric=True),
    Column("size_unit"),
    Column("owner_name"),
    Column("mend_by", day),
    Column("first_seen_on", day),
    Column("last_seen_on", day),
    Column("reason"),
    Column("note"),
)


def work_list(db: Connection, as_of: date, within: str | None, state: str | None, lang: Lang) -> Table:
    """The items of a unit that are neither mended nor accepted, or those in ``state``; the faults as their shapes."""
    states = OPEN_WORK if state is None else [WorkState(state)]
    found = items(db, as_of, within=within, states=states, lang=lang)
    shaped = tuple(None if shape is None else json.loads(to_geojson(shape)) for shape in found.geometry)
    told = notes(db, say("api.title.work", lang), ("grid_clean",), as_of, within, lang)
    return Table(COLUMNS, found.drop(columns="geometry").rename(columns={"due_on": "mend_by"}), told, shaped)
