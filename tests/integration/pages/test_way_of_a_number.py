"""Whoever questions a number on ``/`` opens four files to see how it was counted, and no fifth."""

from __future__ import annotations

import traceback
from pathlib import Path

import pytest
from sqlalchemy import event

from dashboard.request.answer_cache import AnswerCache
from dashboard.request.client import Client
from dashboard.request.signed_in import standing_in
from dashboard.request.view import View
from dashboard.screens.map.component_ids import Ids
from dashboard.screens.map.layout import PANELS
from dashboard.screens.map.view_model import MapViewModel
from geodata.indicators import INDICATORS, get_indicator
from tests.architecture.source import PROJECT, ROOMS

CARRIED = ("dashboard/request/", "dashboard/app/", "geodata/database/", "geodata/locale/")
"""What carries every question alike and says nothing of what is counted: the request, the transaction, the words."""


def way() -> list[str]:
    """The files of the rooms between the screen and the statement that is executed, the screen's first."""
    found: list[str] = []
    for frame in traceback.extract_stack():
        path = Path(frame.filename)
        if path.is_relative_to(PROJECT):
            name = path.relative_to(PROJECT).as_posix()
            if name.startswith(ROOMS) and not name.startswith(CARRIED) and name not in found:
                found.append(name)
    return found


def file_of(key: str) -> str:
    """The one file in which an indicator's rows are said."""
    return next(
        path.relative_to(PROJECT).as_posix() for path in (PROJECT / "geodata" / "indicators").rglob(f"{key}.py")
    )


@pytest.mark.parametrize("key", INDICATORS)
def test_from_the_tile_to_its_sql_are_four_files(small_app, key):
    ways: list[list[str]] = []
    start = " ".join(get_indicator(key).rows.split())[:60]

    @event.listens_for(small_app.ctx.engine, "before_cursor_execute")
    def look(_db, _cursor, statement, *_rest):
        if start.partition(":")[0] in " ".join(statement.split()):
            ways.append([*way(), file_of(key)])

    small_app.ctx.memory = AnswerCache()  # or it would not ask again
    with standing_in(small_app.ctx.find_visitor("qin")):
        assert PANELS[Ids.TILES](MapViewModel(small_app.ctx, View(), Client.parse(None)))
    event.remove(small_app.ctx.engine, "before_cursor_execute", look)
    assert ways, "the page asked for it"
    assert {len(each) for each in ways} == {4}, ways
