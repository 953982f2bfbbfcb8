"""Text of the data is words wherever it goes: no template, formula or markup of any drawing or command line."""

from __future__ import annotations

import json
import re
from datetime import date
from html.parser import HTMLParser

import pytest
from matplotlib.text import Text
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from geodata.cli.database_commands import as_table
from geodata.cli.exit_codes import make_terminal
from geodata.levels import Level
from geodata.responsibility.chain import responsibility_chain
from layers.catalog import discover
from layers.map_facts import collect_map_facts, subject_chain, unit_chain
from layers.offline_map import Page, offline_map
from layers.offline_page import DATA_ID, data_block
from layers.static_map import Sheet, save_map, static_map
from tests.builders import World
from tests.commands import run_command

DAY = date(2026, 6, 30)
PRODUCT = "62615533"  # of 7919 and 7907
TEMPLATES = (
    "{{ 7919*7907 }}",
    "{% raw %}",
    "{# 注 #}",
    "{% import os %}",
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{% endraw %}{{ 7919*7907 }}{% raw %}",
)
MARKUP = ("</script>", "<!--<script>", "</title><b>", "\u2028\\u003c&lt;'\"`${1}")
COLUMNS = """
SELECT c.table_name, c.column_name FROM information_schema.columns AS c
JOIN information_schema.tables AS t USING (table_schema, table_name)
WHERE c.table_schema = 'grid' AND t.table_type = 'BASE TABLE' AND c.data_type = 'text' AND c.is_generated = 'NEVER'
ORDER BY 1, 2"""
ON_A_MAP = {
    *(("unit_version", "name"), ("subject", "name"), ("person", "name"), ("person", "office_phone")),
    *(("subject", "address"), ("subject", "product"), ("visit", "reason"), ("post", "document_no")),
}


class Blocks(HTMLParser):
    """The scripts of a page, as a browser takes it apart, with their ids."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.scripts: dict[str, str] = {}
        self._inside: str | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "script":
            self._inside = dict(attrs).get("id") or f"script {len(self.scripts)}"
            self.scripts[self._inside] = ""

    def handle_endtag(self, tag):
        self._inside = None if tag == "script" else self._inside

    def handle_data(self, data):
        if self._inside:
            self.scripts[self._inside] += data


@pytest.fixture
def named(db):
    """The small world with a text of the test's as the name of every unit, subject and person."""
    World(db).standard()

    def name(words: str) -> None:
        for table in ("unit_version", "subject", "person"):
            db.execute(text(f"UPDATE grid.{table} SET name = :words"), {"words": words})

    return name


def map_page(db, lang="zh"):
    found = collect_map_facts(db, None, DAY, Level.VILLAGE, discover().values(), lang)
    chains = {key: unit_chain(db, key, DAY, lang) for key in found.drawn[0].frame.index}
    subjects = {key: subject_chain(db, key, DAY, lang) for key in found.points.index}
    sheet = Page(found.unit.name, DAY, lang=lang, synthetic=True)
    return offline_map(
        found.drawn, found.shapes, found.points, sheet, chains=chains, subject_chains=subjects, towns=found.towns
    )


@pytest.mark.parametrize("words", [*TEMPLATES, *MARKUP])
def test_a_name_stands_in_the_page_letter_by_letter(db, named, words):
    named(words)
    found = Blocks(map_page(db)).scripts
    facts = json.loads(found[DATA_ID])
    assert {unit["name"] for unit in facts["units"].values()} == {words}
    assert {subject["name"] for subject in facts["subjects"].values()} == {words}
    assert {label["name"] for label in facts["labels"]} == {words}
    assert all(words in names for unit in facts["units"].values() for _, names, vacant in unit["chain"] if not vacant)
    assert not [key for key, script in found.items() if key != DATA_ID and words in script]


@pytest.mark.parametrize("words", [*TEMPLATES, *MARKUP])
def test_a_block_of_data_gives_back_what_it_was_given(words):
    facts = {words: [words, {"within": words}]}
    assert json.loads(Blocks(data_block(facts)).scripts[DATA_ID]) == facts


def test_no_text_of_the_data_is_run_by_a_map(db):
    """Every text column that takes it is a template whose result would be seen; so is a code that nothing checks."""
    world = World(db).standard()
    world.subjects("subject | village | kinds | risk | entry_on\nS{{ 7919*7907 }} | V1 | grower | low | 2026-01-01")
    world.visits("subject | on | outcome\nS1 | 2026-02-01 | completed\nS2 | 2026-02-01 | closed")
    taken = set()
    for table, column in db.execute(text(COLUMNS)).all():
        try:
            with db.begin_nested():
                changed = db.execute(text(f"UPDATE grid.{table} SET {column} = '{{{{ 7919*7907 }}}}'"))
                taken |= {(table, column)} if changed.rowcount else set()
        except DBAPIError:
            continue  # a word of the vocabulary, a code, or a number: no free text
    assert taken >= ON_A_MAP & {(table, column) for table, column in db.execute(text(COLUMNS)).all()}
    for lang in ("zh", "en"):
        html = map_page(db, lang)
        assert PRODUCT not in html
        assert html.count("{{ 7919*7907 }}") > 10


@pytest.mark.browser
@pytest.mark.parametrize("words", ["演示{{ 7*7 }}园", "演示<!--<script>菜园", "演示</script><h1>园"])
def test_a_browser_shows_the_name(db, named, words, tmp_path, playwright):
    named(words)
    path = tmp_path / "map.html"
    path.write_text(map_page(db), encoding="utf-8")
    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
    try:
        tab = browser.new_context(offline=True).new_page()
        tab.goto(path.as_uri())
        tab.wait_for_selector(".label")
        # a label that finds no room is hidden, and a hidden text is empty to a reader
        assert set(tab.locator(".label b").all_text_contents()) == {words}
        assert tab.title() == words
        assert tab.locator("h1").all_inner_texts() == [words]
        tab.locator("path.leaflet-interactive[role=button]").nth(1).click(position={"x": 12, "y": 12}, force=True)
        assert tab.locator(".leaflet-popup-content h3").inner_text() == words
    finally:
        browser.close()


@pytest.mark.parametrize("words", ["张家$村$", r"$\frac{村$", r"\$5 $x^2$", "$$"])
@pytest.mark.parametrize("form", ["pdf", "svg", "png"])
def test_a_dollar_is_a_dollar_on_a_printed_map(db, named, words, form, tmp_path):
    named(words)
    found = collect_map_facts(db, None, DAY, Level.VILLAGE, [discover()["overdue"]])
    (item,) = found.drawn
    drawing = static_map(
        item.frame,
        item.layer,
        item.legend,
        item.breaks,
        found.shapes,
        item.overlay,
        Sheet(words, DAY, Level.VILLAGE, approval_no=words),
        points=found.points,
        towns=found.towns,
    )
    texts = [each for each in drawing.findobj(Text) if words in each.get_text()]
    assert len(texts) > 2  # title, notes and at least one label
    assert not any(each.get_parse_math() or each.get_usetex() for each in texts)
    save_map(drawing, tmp_path / f"map.{form}", form)


@pytest.mark.parametrize("words", ["演某庚[/代]", "演某辛[red]", "演某壬:bell:", "[link=file:///]演某[/link]"])
def test_a_chain_on_the_screen_names_people_as_they_are_called(db, named, words):
    named(words)
    screen = make_terminal(soft_wrap=False)
    screen.width = 200
    with screen.capture() as told:
        screen.print(as_table(responsibility_chain(db, DAY, unit_code="V1")))
    assert told.get().count(words) == 10  # five posts, each beside its place


def test_the_command_lines_print_names_as_they_stand(empty_db, tmp_path):
    """A file, a sheet and people called like markup: loaded, listed, looked up."""
    with empty_db.begin() as db:
        World(db).standard()
        db.execute(text("UPDATE grid.person SET name = '演[/代]' WHERE person_no = 'As1'"))
    file = tmp_path / "演[red]:bell:[.csv"
    file.write_text("人员编号,姓名\nK1,演某辛[red]\n", encoding="utf-8")
    for words, expected in (
        (["etl", "load", str(file), "--dry-run"], ["演[red]:bell:[.csv", "演某辛[red]"]),
        (["etl", "load", str(file)], ["演[red]:bell:[.csv"]),
        (["etl", "batches"], ["演[red]:bell:[.csv"]),
        (["etl", "changes", "NEWEST"], ["演某辛[red]"]),
        (["geodata", "chain", "--unit", "V1", "--as-of", "2026-06-30"], ["演[/代]"]),
        (["dashboard", "account", "add", "as1", "--person", "As1"], ["as1"]),
        (["dashboard", "account", "list"], ["演[/代]"]),
    ):
        with empty_db.connect() as db:
            newest = db.execute(text("SELECT max(id) FROM grid.load_batch")).scalar_one()
        told = run(empty_db, [str(newest) if word == "NEWEST" else word for word in words])
        assert told.returncode == 0, told.stderr
        for each in expected:
            assert each in re.sub(r"\s", "", told.stdout), words


def run(engine, words):
    module, *rest = words
    url = engine.url.render_as_string(hide_password=False)
    return run_command(module, *rest, GRID_DATABASE_URL=url, COLUMNS="200")
