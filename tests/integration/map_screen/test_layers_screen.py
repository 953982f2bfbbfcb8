"""Every layer there is, and one that is added, on the map's screen, in the Folium page and on the static map."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import Engine

from dashboard.app import router
from dashboard.request.pages import find_page
from dashboard.request.signed_in import standing_in
from dashboard.request.view import View
from dashboard.screens import discover_pages
from geodata.database.scope import write_transaction
from geodata.levels import Level
from geodata.locale import Lang, translate
from layers.catalog import discover
from tests.builders import small_world
from tests.scratch_copy import copy_product, run_in_copy
from tests.visitors import add_accounts


def screen(app, view: View) -> str:
    """The whole of ``/`` for the section head, as Dash sends it."""
    visitor = app.ctx.find_visitor("qin")
    assert visitor is not None
    page, places = find_page(discover_pages(), "/")
    with standing_in(visitor):
        shown, title = router.lay_out(app.ctx, page, view, places, None)
    assert title == translate("ui.title", view.lang)
    return json.dumps(shown.to_plotly_json(), default=lambda part: part.to_plotly_json(), ensure_ascii=False)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("level", [Level.TOWN, Level.VILLAGE])
@pytest.mark.parametrize("key", discover())
def test_every_layer_lays_out_the_whole_screen(small_app, key, level, lang):
    shown = screen(small_app, View(layer=key, level=level, table=True, lang=lang))
    assert '"role": "alert"' not in shown
    assert translate(f"layers.layer.{key}.rate", lang) in shown
    assert (
        translate(f"layers.layer.{key}.none", lang) in shown or translate(f"layers.layer.{key}.counts", lang) in shown
    )


LAYER = '''
"""Share of villages without an open fault."""

from layers.layer import Layer, PointRule

LAYER = Layer(key="tidy", order=9, indicator="grid_clean", ramp="coverage", better="higher", breaks=(0.5, 0.9),
              points=PointRule.DUE)
'''
WORDS = {
    "zh": '[layers.layer.tidy]\nlabel = "整洁"\nrate = "整洁率甲"\ncounts = "整洁网格 / 网格"\nnone = "无网格"\n',
    "en": '[layers.layer.tidy]\nlabel = "Tidy"\nrate = "Tidy rate"\ncounts = "tidy / all"\nnone = "no villages"\n',
}
PROGRAM = """
import json
from pathlib import Path
from typer.testing import CliRunner
from geodata.database.engine import make_engine
from geodata.locale import Lang
from geodata.settings import settings
from geodata.levels import Level
from dashboard.request.client import Client
from dashboard.request.signed_in import standing_in
from dashboard.request.view import View
from dashboard.screens.map import components, layout, map_drawing, table_twin, worst_first
from dashboard.screens.map.view_model import MapViewModel
from layers.map_commands import app as commands
from tests.integration.map_screen.test_layers_screen import screen
from tests.visitors import application

app = application(make_engine(settings().database_url))
told = {}
for level in (Level.TOWN, Level.VILLAGE):
    view = View(layer="tidy", level=level, table=True)
    told[f"screen {level.value}"] = screen(app, view)
    with standing_in(app.ctx.find_visitor("qin")):
        model = MapViewModel(app.ctx, view, Client.parse(None))
        told[f"breaks {level.value}"] = list(model.breaks)
        told[f"parts {level.value}"] = {
            name: json.dumps(part, default=lambda each: each.to_plotly_json(), ensure_ascii=False)
            for name, part in {
                "switch": components.layer_switch(model), "legend": components.map_legend(model),
                "ranking": worst_first.worst_first_list(model), "table": table_twin.table_drawer(model),
                "map": map_drawing.screen_figure(model),
            }.items()
        }
told["english"] = screen(app, View(layer="tidy", lang=Lang.EN))
drawn = {"folium": ["map", "--out", "f.html"], "static": ["static", "--layer", "tidy", "--out", "s.svg"]}
for name, asked in drawn.items():
    done = CliRunner().invoke(commands, asked)
    assert done.exit_code == 0, (done.output, done.exception)
    told[name] = Path(asked[-1]).read_text(encoding="utf-8")
print(json.dumps(told))
"""


def test_a_layer_that_is_added_is_everywhere(empty_db: Engine, tmp_path: Path):
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
    added = {"layers/catalog/tidy.py": LAYER}
    added |= {f"layers/catalog/locale/tidy.{lang}.toml": text for lang, text in WORDS.items()}
    found = run_in_copy(copy_product(tmp_path, added), PROGRAM, empty_db)
    for level in ("town", "village"):
        assert found[f"breaks {level}"] == [0.5, 0.9], "no rule knows of it, so it says so itself"
        assert '"role": "alert"' not in found[f"screen {level}"]
        parts = found[f"parts {level}"]
        assert "layer=tidy" in parts["switch"]
        assert "整洁" in parts["switch"]
        assert "整洁率甲" in parts["legend"]
        assert "整洁率甲" in parts["table"]
        assert len(parts["ranking"]) > 100
        assert "choropleth" in parts["map"]
    assert "Tidy rate" in found["english"]
    assert "整洁率甲" in found["folium"]
    assert "<svg" in found["static"]
