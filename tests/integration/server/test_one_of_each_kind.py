"""One thing of each kind is added to a copy of the product, and found everywhere it belongs; nothing there is edited.

Certificates (合格证): an indicator, a layer on it, a screen, a table with its migration and its source, a check, an
event and a job (``tests/fixtures/one_of_each``). The one kind that adds to a file that stands is a permission: a word
and its grant, two lines of ``geodata/permissions.py``.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from geodata.database.scope import write_transaction
from geodata.database.upgrade import newest_version
from geodata.locale import Lang
from tests.architecture.source import PROJECT
from tests.builders import small_world
from tests.integration.pages.test_navigation import links_of
from tests.scratch_copy import copy_product, insert_line, migrate_last, read_tree, run_in_copy
from tests.visitors import add_accounts

ADDED = PROJECT / "tests" / "fixtures" / "one_of_each"
RIGHTS = "geodata/permissions.py"
WORD = ('MEND_GRID = "mend_grid"', '    INSPECT_CERTIFICATES = "inspect_certificates"')
GRANT = (
    '*_each(Permission.MEND_GRID, "DECISIONS 25"',
    '    *_each(Permission.INSPECT_CERTIFICATES, "a test", section_head=_ALL, station_head=_AREA),',
)
PROGRAM = """
import json
from pathlib import Path
from tests.integration.server.one_of_each import tell
told = tell(Path("{folder}"))
print(json.dumps(told, ensure_ascii=False))
"""
HELD = ("rooms", "names", "words", "column_names", "schema_files", "shape", "locks")
PROBLEM = '"role": "alert"'


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The product with one thing more of each kind; none of its files is overwritten."""
    made = copy_product(tmp_path_factory.mktemp("copy"), migrate_last(read_tree(ADDED), "9000", newest_version()))
    for after, line in (WORD, GRANT):
        insert_line(made, RIGHTS, after, line)
    return made


@pytest.fixture(scope="module")
def told(copy: Path, module_db: Engine, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What the copy shows, from the upgrade of a district that stood before to the last load taken back."""
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
    return run_in_copy(copy, PROGRAM.format(folder=tmp_path_factory.mktemp("files")), module_db)


def each(words: dict[Lang, str]) -> list[tuple[str, str]]:
    """Language and word, for both languages."""
    return [(str(lang), word) for lang, word in words.items()]


LABEL = {Lang.ZH: "合格证开具率", Lang.EN: "Certificate coverage"}
KIND = {Lang.ZH: "合格证", Lang.EN: "Certificates"}
EVENT = {Lang.ZH: ("开证", "自我检测"), Lang.EN: ("Certificate", "own test")}
RIGHT = {Lang.ZH: "查看合格证台账", Lang.EN: "See the register of certificates"}


def test_what_is_added_keeps_the_rules_of_the_house(copy):
    """The very tests of names, words, columns, rooms and migrations, of the copy."""
    shutil.copytree(PROJECT / "tests" / "architecture", copy / "tests" / "architecture")
    shutil.copytree(PROJECT / "docs", copy / "docs")
    rules = [f"tests/architecture/test_{topic}.py" for topic in HELD]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:dash", *rules],
        cwd=copy,
        env=os.environ | {"PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_the_database_that_stood_before_is_brought_to_the_new_schema(told):
    upgrade = told["upgrade"]
    assert upgrade["before"] == {"current": False, "version": newest_version()}
    assert upgrade["after"] == {"current": True, "version": upgrade["newest"]}
    assert upgrade["newest"] > newest_version()
    assert upgrade["registered"] == ["certificate"]
    assert upgrade["subjects"] == ["S1", "S2", "S3", "S4", "S5"], "what was there stays"


def test_a_file_of_the_kind_is_recognised_and_loaded_and_its_batch_is_noted(told):
    assert told["csv"]["batch"] == ["certificates 三月.csv 2 0"]
    assert told["xlsx"]["batch"] == ["certificates 其余.xlsx 2 0"]
    assert "合格证编号" in told["csv"]["looked"]
    assert told["loaded"]["rows"] == [
        "C1 S1 own_test", "C2 S2 self_commitment", "C4 S4 commissioned_test", "C5 S5 internal_control",
    ]  # fmt: skip


def test_the_datas_version_its_day_and_the_answers_change_with_every_act(told):
    stages = ("empty", "loaded", "corrected", "without mended", "without xlsx", "without csv")
    for mark in ("version", "etag"):
        assert len({told[stage][mark] for stage in stages}) == len(stages), mark
    assert {told[stage]["unchanged"] for stage in stages} == {304}
    days = [told[stage]["data_as_of"] for stage in ("empty", "loaded", "without csv")]
    assert days == ["None", "2026-03-12", "None"]


def test_the_indicator_is_counted_from_the_new_table(told):
    def counts(stage: str) -> list[list[str]]:
        return [[row[0], *row[4:6]] for row in told[stage]["counts"]]

    assert counts("empty") == counts("without csv") == [["T1", "0", "3"], ["T2", "0", "2"]]
    assert counts("loaded") == [["T1", "2", "3"], ["T2", "2", "2"]]
    assert counts("without xlsx") == [["T1", "2", "3"], ["T2", "0", "2"]]


@pytest.mark.parametrize(("lang", "label"), each(LABEL))
def test_the_indicator_is_on_pages_in_the_api_in_workbooks_and_documents(told, lang, label):
    pages = told["pages"]
    assert PROBLEM not in pages[f"unit {lang}"]
    assert label in pages[f"unit {lang}"]
    assert label in pages[f"indicators {lang}"]
    assert "certificate_coverage" in pages["openapi"]
    assert label in pages["docs indicators"]
    heading = {"zh": "合格证张数", "en": "Certificates printed"}[lang]
    state = {"zh": "已开证", "en": "issues certificates"}[lang]
    assert {heading, state} <= set(pages[f"book {lang}"])
    listed = csv.DictReader(StringIO(pages[f"rows {lang}"]))
    assert [row[heading] for row in listed if "S1" in row.values()] == ["1"]


@pytest.mark.parametrize(("lang", "label"), each(LABEL))
def test_the_layer_is_on_the_map_in_the_offline_page_and_in_the_drawing(told, lang, label):
    pages = told["pages"]
    assert PROBLEM not in pages[f"map {lang}"]
    assert label in pages[f"map {lang}"]
    assert {"zh": "开证", "en": "Certified"}[lang] in pages[f"map {lang}"]
    assert label in told["drawings"][f"folium {lang}"]
    assert "<svg" in told["drawings"][f"static {lang}"]
    assert label in told["drawings"][f"static {lang}"]


@pytest.mark.parametrize(
    ("lang", "name", "all_of_them", "of_the_town"),
    [("zh", "清点合格证", "共 4 张。", "共 2 张。"), ("en", "Count the certificates", "4 in all.", "2 in all.")],
)
def test_the_job_is_done_within_the_own_area_and_told(told, lang, name, all_of_them, of_the_town):
    pages = {who: shown[lang] for who, shown in told["jobs"].items()}
    assert all(name in page for page in pages.values())
    assert all_of_them in pages["qin"]
    assert of_the_town in pages["hu1"]
    assert all_of_them not in pages["su1"]
    assert of_the_town not in pages["su1"], "the post does not carry it"


@pytest.mark.parametrize("level", ["town", "village"])
def test_the_layer_has_its_switch_legend_ranking_table_and_colours(told, level):
    parts = told["pages"][f"parts {level}"]
    assert parts["breaks"] == "[0.25, 0.75]", "no rule knows of it, so it says so itself"
    assert "layer=certificates" in parts["switch"]
    assert "合格证开具率" in parts["legend"]
    assert "合格证开具率" in parts["table"]
    assert {"town": "东镇", "village": "一村"}[level] in parts["ranking"]
    assert "choropleth" in parts["map"]


@pytest.mark.parametrize(("lang", "title"), [("zh", "合格证台账"), ("en", "Register of certificates")])
def test_the_screen_has_its_link_its_words_and_its_right(told, lang, title):
    pages = told["pages"]
    link = ("/certificates", title)
    for login, status, serials in (
        ("qin", 200, {"C1", "C2", "C4", "C5"}),
        ("hu1", 200, {"C1", "C2"}),
        ("hu2", 200, {"C4", "C5"}),
        ("su1", 403, set()),
        ("da", 403, set()),
    ):
        assert pages[f"status {login} {lang}"] == status, login
        assert (link in links_of(pages[f"me {login} {lang}"])) is (status == 200), login
        page = pages[f"register {login} {lang}"]
        assert {serial for serial in ("C1", "C2", "C4", "C5") if f">{serial}<" in page} == serials, login
        assert (title in page) is (status == 200), login


@pytest.mark.parametrize(("lang", "right"), each(RIGHT))
def test_the_permission_is_on_the_auditors_page_and_in_the_workbook(told, lang, right):
    assert right in told["pages"][f"rights {lang}"]
    assert right in told["pages"][f"rights book {lang}"]


def test_the_permission_counts_in_the_database_where_its_post_is_held(told):
    inspects = {who: told["rights"][f"{who} inspects"] for who in ("qin", "hu1", "hu2", "su1", "da")}
    assert inspects == {"qin": ["V1", "V3"], "hu1": ["V1"], "hu2": ["V3"], "su1": [], "da": []}


def test_everybody_sees_the_rows_of_the_own_area_alone(told):
    rights = told["rights"]
    assert rights[" as grid_app"] == []
    assert rights["hu1 as grid_app"] == ["C1", "C2"]
    assert rights["hu2 as grid_app"] == ["C4", "C5"]
    assert rights["qin as grid_app"] == rights["qin as grid_all"] == ["C1", "C2", "C4", "C5"]
    assert rights["hu1 as grid_all"] == []


@pytest.mark.parametrize(("lang", "kind"), each(KIND))
def test_the_kind_of_fact_is_offered_explained_and_exported(told, lang, kind):
    files, pages = told["files"], told["pages"]
    assert "合格证编号*" in files["kinds"]
    assert f'<option value="certificates">{kind}</option>' in pages[f"data {lang}"]
    assert f"<td>{kind}</td>" in pages[f"data {lang}"], "among the batches"
    heading, basis = {"zh": ("合格证编号", "自我检测"), "en": ("certificate number", "own test")}[lang]
    assert heading in pages["docs sources"]
    assert any(cell.startswith(heading) for cell in files[f"template {lang}"])
    assert files[f"csv {lang}"].startswith(heading)
    assert basis in files[f"csv {lang}"]
    assert {"C1", "C2", basis} <= set(files[f"xlsx {lang}"])
    assert "C4" not in files[f"xlsx {lang}"], "of one unit"
    assert told["same"] == [2], "an export loads and changes nothing"


@pytest.mark.parametrize(("lang", "words"), [(str(lang), words) for lang, words in EVENT.items()])
def test_the_event_is_on_the_timeline_with_its_words(told, lang, words):
    page = told["pages"][f"subject {lang}"]
    assert PROBLEM not in page
    assert all(f'"{word}"' in page for word in words)
    assert "人参" in page
    assert "only=certificate" in page, "it can be picked out"
    assert "C1" not in told["subject without"]


@pytest.mark.parametrize(("lang", "kind", "basis"), [("zh", "合格证", "自我检测"), ("en", "certificates", "own test")])
def test_the_kind_is_found_by_the_search_within_the_own_area(told, lang, kind, basis):
    pages = told["pages"]
    for login, finds in {"qin": True, "hu1": True, "su1": True, "da": True, "hu2": False}.items():
        page = pages[f"search {login} {lang}"]
        assert (f"<h3>{kind}</h3>" in page and ">C1</a>" in page and basis in page) == finds, login


@pytest.mark.parametrize(("lang", "words"), [
    ("zh", "合格证 C1 已开具（自我检测）"), ("en", "Certificate C1 was issued (own test)"),
])  # fmt: skip
def test_the_notice_is_told_in_the_area_it_arrived_in(told, lang, words):
    assert words in told["news"][f"hu1 {lang}"]
    assert words not in told["news"][f"hu2 {lang}"]


@pytest.mark.parametrize(("lang", "words"), [("zh", "查合格证"), ("en", "Look at certificates")])
def test_the_task_is_on_the_page_of_help_of_whoever_may_and_the_hint_on_its_page(told, lang, words):
    assert words in told["help"][f"qin {lang}"]
    assert words not in told["help"][f"ad {lang}"]
    assert "最新的合格证在最上面" in told["hint"]


@pytest.mark.parametrize(("lang", "name"), [("zh", "入册前开证"), ("en", "Certificate before entry")])
def test_the_check_finds_its_fault_on_the_work_list_and_stands_in_the_documents(told, lang, name):
    pages = told["pages"]
    sentence = {"zh": "合格证 C5 写明 2025-12-20 开具", "en": "Certificate C5 is dated 2025-12-20"}[lang]
    for login, sees in (("qin", True), ("hu2", True), ("hu1", False)):
        assert (sentence in pages[f"work {login} {lang}"]) is sees, login
    assert name in pages[f"work qin {lang}"]
    assert f"- **{name}**" in pages["docs checks"]


def test_who_answered_on_the_day_is_kept_and_goes_with_the_last_load(told):
    assert told["empty"]["chains"] == told["without csv"]["chains"] == []
    assert told["loaded"]["chains"] == ["S1", "S2", "S4", "S5"]


def test_a_correction_is_in_the_audit_trail_and_told_by_the_tables_name(told):
    assert told["mended"]["batch"] == ["certificates 更正.csv 0 1"]
    assert told["audit"] == ["update C1 own_test commissioned_test"]
    assert "合格证" in told["changes"]
    assert told["corrected"]["rows"][0] == "C1 S1 commissioned_test"


def test_the_rows_go_along_with_a_merge_and_come_back(told):
    assert told["merge"] == {"while": ["C1 S1", "C2 S1"], "after": ["C1 S1", "C2 S2"]}


def test_each_load_is_taken_back(told):
    assert told["without mended"]["rows"] == told["loaded"]["rows"]
    assert told["without xlsx"]["rows"] == told["loaded"]["rows"][:2]
    assert told["without csv"]["rows"] == []
