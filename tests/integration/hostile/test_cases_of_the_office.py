"""The office's cases 19 and 30: names and notes a spreadsheet would run, and a name that ended the exported map."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from playwright.sync_api import Playwright
from sqlalchemy import Engine, text

import etl
from geodata.database.scope import write_transaction
from geodata.integrity.run_checks import run_checks
from tests.commands import run_command
from tests.integration import office
from tests.integration.hostile.world import DAY

CASES = Path(__file__).parents[4] / "shared" / "cases"
NOTES = ("\n=1+1", " =1+1", "\t@SUM(1)", "\u200b＝1+1", "\u3000+1")


def rows_of(body: str | bytes) -> list[dict[str, str]]:
    said = body.decode("utf-8-sig") if isinstance(body, bytes) else body.removeprefix("\ufeff")
    return list(csv.DictReader(io.StringIO(said, newline="")))


def case(name: str, tmp_path: Path) -> Path:
    """The case's file, in a village of the small office."""
    found = CASES / name
    if not found.is_file():
        pytest.skip(f"{found} is not there")
    file = tmp_path / name
    file.write_text(found.read_text(encoding="utf-8-sig").replace("220602101200", "220602100200"), encoding="utf-8")
    return file


@pytest.fixture
def manned(loaded: Engine) -> Engine:
    """The small office with faults to be mended."""
    with write_transaction(loaded) as db:
        db.execute(text("UPDATE grid.subject SET point = (SELECT point FROM grid.subject WHERE subject_id = 'S1')"))
        run_checks(db, DAY)
    return loaded


@pytest.mark.shared
def test_names_that_a_spreadsheet_would_run_go_out_guarded(loaded: Engine, tmp_path: Path) -> None:
    (report,) = etl.load_files(loaded, case("19a-formula-like-names.csv", tmp_path), datum="cgcs2000")
    assert report.loaded, report.to_sentence()
    url = loaded.url.render_as_string(hide_password=False)
    out = tmp_path / "subjects.csv"
    assert run_command("etl", "export", "subjects", str(out), GRID_DATABASE_URL=url).returncode == 0
    names = {row["主体编号"]: row["主体名称"] for row in rows_of(out.read_bytes())}
    assert [names[key] for key in ("K1901", "K1902", "K1903")] == ["'=1+1", "'＝1+1", "'@SUM(1,1)"]
    assert office.count(loaded, "subject", "name IN ('=1+1', '＝1+1', '@SUM(1,1)')") == 3


def test_notes_that_hide_a_sign_behind_a_blank_go_out_guarded(manned: Engine) -> None:
    url = manned.url.render_as_string(hide_password=False)
    (item, *_) = rows_of(run_command("etl", "integrity", "list", GRID_DATABASE_URL=url).stdout)
    number = next(iter(item.values()))
    for note in NOTES:
        with write_transaction(manned) as db:
            db.execute(
                text("UPDATE grid.work_item SET note = :note WHERE item_no = :item"), {"note": note, "item": number}
            )
        told = rows_of(run_command("etl", "integrity", "list", GRID_DATABASE_URL=url).stdout)
        assert f"'{note}" in {cell for row in told for cell in row.values()}, repr(note)


@pytest.mark.shared
def test_a_name_with_a_comment_and_a_script_leaves_the_exported_map_whole(
    loaded: Engine, tmp_path: Path, playwright: Playwright
) -> None:
    (report,) = etl.load_files(loaded, case("30-comment-and-script-in-subject-name.csv", tmp_path))
    assert report.loaded, report.to_sentence()
    url, out = loaded.url.render_as_string(hide_password=False), tmp_path / "map.html"
    done = run_command("layers", "map", "--as-of", "2026-06-30", "--out", str(out), GRID_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    try:
        tab = browser.new_context(offline=True).new_page()
        tab.goto(out.as_uri())
        tab.wait_for_selector("path.leaflet-interactive", state="attached")
        assert tab.locator("path.leaflet-interactive, .point").count() > 5
        facts = tab.evaluate("JSON.parse(document.querySelector('script[type=\"application/json\"]').textContent)")
        assert "演示<!--<script>菜园" in {subject["name"] for subject in facts["subjects"].values()}
    finally:
        browser.close()
