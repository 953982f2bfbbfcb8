"""Nothing in the house can read text of the data as a template, as markup of the terminal or as HTML."""

from __future__ import annotations

import ast

from tests.architecture.source import calls, importers

TEMPLATE_ENGINES = {"jinja2", "mako", "string.Template"}


def test_no_text_is_made_a_template():
    assert importers(*TEMPLATE_ENGINES) == set()
    assert calls("render_template_string") == {}
    assert importers("branca.element.Element") == {"layers/offline_page.py"}
    assert calls("Element") == {}
    # Folium's templates are re-read after they are filled in: what goes into them is ours, and the data stands beside
    assert importers("folium", "branca") == {"layers/offline_map.py", "layers/offline_page.py"}


def test_folium_is_given_no_data():
    given = [call for found in calls("GeoJson").values() for call in found]
    assert given
    assert all(ast.unparse(call.args[0]) == "_nothing()" for call in given)
    for part in ("Popup", "Tooltip", "GeoJsonPopup", "GeoJsonTooltip", "Marker", "Html", "TileLayer"):
        assert {file for file in calls(part) if file.startswith("layers/")} == set()


def test_one_console_prints_and_reads_no_markup():
    assert set(calls("Console")) == {"geodata/cli/exit_codes.py"}
    assert importers("rich.markup") == set()
    columns = [call for found in calls("TextColumn").values() for call in found]
    assert columns
    assert all(
        any(key.arg == "markup" and ast.unparse(key.value) == "False" for key in call.keywords) for call in columns
    )


def test_every_drawing_of_matplotlib_keeps_the_one_style():
    # a dollar begins a formula unless the style says otherwise
    assert importers("matplotlib") == {"layers/static_map.py", "layers/static_furniture.py"}
