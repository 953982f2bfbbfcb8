"""Nothing in the house can read text of the data as a template, as markup of the terminal, as HTML or as a formula."""

from __future__ import annotations

import ast

from tests.architecture.source import calls, importers, modules, name, tree

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
    assert calls("Console") == {}
    assert set(calls("_Terminal")) == {"geodata/cli/exit_codes.py"}
    assert importers("rich.markup") == set()
    columns = [call for found in calls("TextColumn").values() for call in found]
    assert columns
    assert all(
        any(key.arg == "markup" and ast.unparse(key.value) == "False" for key in call.keywords) for call in columns
    )


def test_every_drawing_of_matplotlib_keeps_the_one_style():
    # a dollar begins a formula unless the style says otherwise
    assert importers("matplotlib") == {"layers/static_map.py", "layers/static_furniture.py"}


DEMONSTRATION = {"etl/demo/demo_files.py", "etl/demo/terrain.py"}
"""They write what they have made up themselves."""


def callers(*functions: str) -> set[str]:
    return {file for function in functions for file in calls(function)}


def test_one_guard_stands_before_every_list_a_spreadsheet_opens():
    assert callers("to_csv", "to_excel", "DictWriter") <= DEMONSTRATION
    writers = {
        file for file, found in calls("writer").items() if any(ast.unparse(e.func) == "csv.writer" for e in found)
    }
    assert writers == {"geodata/tables/csv_rows.py"}
    assert callers("harmless_cell") == {"geodata/tables/csv_rows.py"}
    assert callers("bare_cell") == {"etl/kinds/cell_text.py", "etl/export/fault_workbook.py"}


def test_one_module_writes_the_cells_and_remarks_of_workbooks():
    assert callers("WriteOnlyCell", "Comment") == {"geodata/tables/workbook.py"}
    assert callers("Workbook") - DEMONSTRATION == {
        "etl/export/export_formats.py",
        "etl/export/fault_workbook.py",
        "etl/export/template_workbook.py",
        "geodata/tables/workbook.py",
    }
    # a cell is put by ``put_text``; elsewhere it is only looked up, to be coloured or remarked upon
    given = {key.arg for found in calls("cell").values() for call in found for key in call.keywords}
    assert given == {"row", "column"}
    set_by_hand = {
        name(path)
        for path in modules()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in {"cell.value", "cell_at.value"}
    }
    assert set_by_hand == {"geodata/tables/workbook.py"}


def test_files_that_know_no_formulas_are_written_where_they_are_said_to_be():
    assert callers("write_dataframe", "ParquetWriter") == {"etl/export/export_formats.py"}
    assert callers("to_file", "to_parquet", "to_xml", "to_html") == set()
