"""Nothing in the house can read text of the data as a template, as markup of the terminal or as HTML."""

from __future__ import annotations

import ast

from tests.architecture.source import modules, name, tree

TEMPLATE_ENGINES = {"jinja2", "mako", "string.Template"}


def _calls(function: str) -> dict[str, list[ast.Call]]:
    """Calls of a function or class of that name, by file."""
    found: dict[str, list[ast.Call]] = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            called = node.func if isinstance(node, ast.Call) else None
            if getattr(called, "id", getattr(called, "attr", None)) == function:
                found.setdefault(name(path), []).append(node)
    return found


def _imports() -> dict[str, set[str]]:
    """Per file every name it imports, with its module."""
    found: dict[str, set[str]] = {}
    for path in modules():
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import):
                found.setdefault(name(path), set()).update(alias.name for alias in node.names)
            if isinstance(node, ast.ImportFrom):
                found.setdefault(name(path), set()).update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def _importers(*prefixes: str) -> set[str]:
    return {file for file, names in _imports().items() if any(each.startswith(prefixes) for each in names)}


def test_no_text_is_made_a_template():
    assert _importers(*TEMPLATE_ENGINES) == set()
    assert _calls("render_template_string") == {}
    assert _importers("branca.element.Element") == {"layers/offline_page.py"}
    assert _calls("Element") == {}
    # Folium's templates are re-read after they are filled in: what goes into them is ours, and the data stands beside
    assert _importers("folium", "branca") == {"layers/offline_map.py", "layers/offline_page.py"}


def test_folium_is_given_no_data():
    given = [call for calls in _calls("GeoJson").values() for call in calls]
    assert given
    assert all(ast.unparse(call.args[0]) == "_nothing()" for call in given)
    for part in ("Popup", "Tooltip", "GeoJsonPopup", "GeoJsonTooltip", "Marker", "Html", "TileLayer"):
        assert {file for file in _calls(part) if file.startswith("layers/")} == set()


def test_one_console_prints_and_reads_no_markup():
    assert set(_calls("Console")) == {"geodata/commandline.py"}
    assert _importers("rich.markup") == set()
    columns = [call for calls in _calls("TextColumn").values() for call in calls]
    assert columns
    assert all(
        any(key.arg == "markup" and ast.unparse(key.value) == "False" for key in call.keywords) for call in columns
    )


def test_every_drawing_of_matplotlib_keeps_the_one_style():
    # a dollar begins a formula unless the style says otherwise
    assert _importers("matplotlib") == {"layers/static_map.py", "layers/static_furniture.py"}
