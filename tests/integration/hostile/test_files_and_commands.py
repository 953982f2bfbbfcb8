"""Exports, maps and command lines give hostile texts back as they are."""

from __future__ import annotations

import json
import subprocess
from html import unescape
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow.parquet as pq
import pytest
from playwright.sync_api import Playwright
from sqlalchemy import Engine

import etl
from etl.export.export_facts import export_facts
from etl.export.export_formats import FORMATS
from etl.readers.offline_gdal import pyogrio
from etl.sources import discover
from geodata.database.scope import read_transaction
from tests.commands import run_command
from tests.integration import office
from tests.integration.hostile.test_pages_and_interfaces import read_csv, read_xlsx, strings
from tests.integration.hostile.words import PRODUCT, Place, changed, coded, places
from tests.integration.hostile.world import DAY

COMMANDS = (
    ("geodata", "chain", "--unit", "220602100200", "--as-of", str(DAY)),
    ("geodata", "chain", "--subject", coded("S1"), "--as-of", str(DAY), "--format", "json"),
    ("geodata", "indicators", "--level", "subject", "--as-of", str(DAY)),
    ("geodata", "indicators", "--level", "subject", "--as-of", str(DAY), "--format", "json"),
    ("etl", "batches"),
    ("etl", "changes", "3"),
    ("etl", "integrity", "list", "--all"),
    ("etl", "integrity", "list", "--all", "--format", "geojson"),
    ("dashboard", "account", "list"),
)

UNCOVERED = """() => {
  for (let x = 5; x < innerWidth; x += 7) for (let y = 5; y < innerHeight; y += 7)
    if (document.elementFromPoint(x, y)?.matches("path.leaflet-interactive")) return [x, y];
}"""
"""Where a pointer meets a shape of the map, and nothing before it."""


def read_back(file: Path) -> list[str]:
    """The texts of an export, each as its own readers have them."""
    if file.suffix == ".csv":
        return read_csv(file.read_bytes())
    if file.suffix == ".xlsx":
        return read_xlsx(file.read_bytes())
    if file.suffix == ".parquet":
        frame = (
            pq.read_table(file).drop_columns([n for n in ("geometry",) if n in pq.read_schema(file).names]).to_pandas()
        )
    else:
        frame = pyogrio.read_dataframe(file)
    return [str(cell) for cell in frame.to_numpy().ravel()]


@pytest.mark.parametrize("form", list(FORMATS))
def test_an_export_holds_every_text_and_loads_again_without_a_change(
    hostile_district: Engine, texts: dict[Place, str], tmp_path: Path, form: str
) -> None:
    met = set()
    for kind, source in discover().items():
        if FORMATS[form].needs_shape and source.shape is None:
            continue
        file = tmp_path / f"{kind}.{form}"
        with read_transaction(hostile_district) as db:
            count = export_facts(db, kind, file)
        found = read_back(file)
        assert [each for said in found for each in changed(said, texts)] == [], kind
        met |= {place[:2] for said in found for place in places(said)}
        before = office.checksum(hostile_district, office.LOGS)
        (report,) = etl.load_files(hostile_district, file, datum="cgcs2000")
        # what was put into the database past every door is refused at this one, and nothing else
        assert not [each for each in report.rejects if source.cell_of(each.field).verbatim], report.to_sentence()
        assert report.rejects or (report.read, report.same) == (count, count), (kind, report.to_sentence())
        assert office.checksum(hostile_district, office.LOGS) == before, kind
    assert {("subjects", "name"), ("units", "name")} <= met


def run(engine: Engine, *words: str) -> str:
    """What a command line prints, to its last byte."""
    url = engine.url.render_as_string(hide_password=False)
    done = run_command(*words, GRID_DATABASE_URL=url, COLUMNS="6000")
    assert done.returncode == 0, (words, done.stderr)
    assert "Warning" not in done.stderr, done.stderr
    assert "\x1b" not in done.stdout
    assert PRODUCT not in done.stdout
    return done.stdout


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_a_command_prints_texts_as_they_are(
    hostile_district: Engine, texts: dict[Place, str], words: tuple[str, ...]
) -> None:
    told = run(hostile_district, *words)
    if words[1] == "indicators" or words[-1] == "json" or words[1:3] == ("integrity", "list"):
        found = list(strings(json.loads(told))) if told[0] in "[{" else read_csv(told.encode())
    else:
        found = told.splitlines()
    assert [each for said in found for each in changed(said, texts)] == []
    assert any(places(said) or coded("S1") in said for said in found)


def printed(out: Path) -> str:
    """What is on a sheet: of an SVG, whose letters are paths, the remark beside each; of a PDF its text."""
    if out.suffix == ".svg":
        reader = ET.XMLParser(target=ET.TreeBuilder(insert_comments=True))
        remarks = ET.parse(out, reader).iter(ET.Comment)  # type: ignore[arg-type]
        told = "".join((each.text or "").strip(" ") for each in remarks)
        return unescape(told.replace("- -", "--"))
    return subprocess.run(["pdftotext", "-raw", str(out), "-"], check=True, capture_output=True, text=True).stdout


@pytest.mark.parametrize("form", ["svg", "pdf"])
def test_a_printed_map_names_units_as_they_are_called(
    hostile_district: Engine, texts: dict[Place, str], tmp_path: Path, form: str
) -> None:
    out = tmp_path / f"map.{form}"
    run(hostile_district, "layers", "static", "--layer", "chain", "--as-of", str(DAY), "--out", str(out))
    told, name = printed(out), texts["units", "name", "0"]
    if form == "svg":
        assert name in told
        assert changed(told, texts) == []
    else:  # as much of the title as the sheet is wide
        (title,) = (line for line in told.splitlines() if line.startswith("=1+1"))
        assert name.startswith(title)
        assert len(title) > 40


@pytest.mark.browser
def test_an_exported_map_tells_a_screen_reader_the_names(
    hostile_district: Engine, texts: dict[Place, str], tmp_path: Path, playwright: Playwright
) -> None:
    out = tmp_path / "map.html"
    run(hostile_district, "layers", "map", "--as-of", str(DAY), "--out", str(out))
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    try:
        tab = browser.new_context(offline=True).new_page()
        faults: list[str] = []
        tab.on("pageerror", lambda fault: faults.append(str(fault)))
        tab.goto(out.as_uri())
        tab.wait_for_selector(".label", state="attached")
        tree = tab.locator("body").aria_snapshot()
        shown = [tab.title(), tab.locator("body").inner_text(), *tab.locator(".label").all_text_contents()]
        tab.mouse.click(*tab.evaluate(UNCOVERED))
        shown.append(tab.locator(".leaflet-popup-content").inner_text())
    finally:
        browser.close()
    assert faults == []
    assert [each for said in shown for each in changed(said, texts)] == []
    assert ("people", "name") in {place[:2] for place in places(shown[-1])}
    # how the tree is written down doubles these, and a blank of no width is not read out
    silent = str.maketrans("", "", "\\'\"\u200b")
    assert places(tree)
    assert changed(tree.translate(silent), {place: text.translate(silent) for place, text in texts.items()}) == []
