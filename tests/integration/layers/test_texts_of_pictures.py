"""No text around a map of paper lies upon another, in any layer, in both languages, of one day and between two."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import combinations

import pytest
from sqlalchemy import Engine

from dashboard.screens.map.map_picture import BESIDE
from geodata.calendar import months_earlier, today
from geodata.database.scope import read_transaction
from geodata.levels import Level
from geodata.locale import Lang
from geodata.settings import settings
from layers.catalog import discover
from layers.map_facts import collect_map_facts
from layers.static_map import draw_sheet, sheet_of


def upon_another(engine: Engine, key: str, lang: Lang, since: date | None) -> list[tuple[str, str]]:
    """The pairs of texts of a sheet that meet; the watermark lies under all."""
    with read_transaction(engine) as db:
        found = collect_map_facts(db, None, today(), Level.VILLAGE, [discover()[key]], lang, since)
    sheet = sheet_of(found, settings(), "light", lang)
    figure = draw_sheet(found, sheet if since else replace(sheet, size=BESIDE[lang]))
    renderer = figure.canvas.get_renderer()
    texts = [each for each in figure.texts if each.get_text() and not each.get_rotation()]
    boxes = [(each.get_text(), each.get_window_extent(renderer)) for each in texts]
    assert len(boxes) > 10
    return [(one, other) for (one, a), (other, b) in combinations(boxes, 2) if a.overlaps(b)]


@pytest.mark.parametrize("key", discover())
@pytest.mark.parametrize("lang", Lang)
def test_no_text_lies_upon_another(demo_district, key, lang):
    for since in (None, months_earlier(today(), 3)):
        assert upon_another(demo_district, key, lang, since) == [], since
