"""Maps as files, drawn from the small world on a real database: what they say, and that they need nobody."""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

import pytest
from playwright.sync_api import Page as Tab
from sqlalchemy import text

from geodata.cli import exit_codes
from geodata.errors import NotFound, UserError
from geodata.levels import Level
from geodata.locale import translate
from layers.catalog import discover
from layers.class_breaks import layer_breaks
from layers.map_commands import app
from layers.map_facts import collect_map_facts, subject_chain, unit_chain
from layers.offline_map import Page, offline_map
from layers.static_map import Sheet, save_map, static_map
from tests.builders import World
from tests.commands import run_command

DAY = date(2026, 6, 30)


@pytest.fixture(autouse=True)
def world(db):
    """Every test here draws the standard small world."""
    return World(db).standard()


def page_of(db, code=None, lang="zh", theme="light"):
    found = collect_map_facts(db, code, DAY, Level.VILLAGE, discover().values(), lang)
    chains = {key: unit_chain(db, key, DAY, lang) for key in found.drawn[0].frame.index}
    subjects = {key: subject_chain(db, key, DAY, lang) for key in found.points.index}
    sheet = Page(found.unit.name, DAY, theme=theme, lang=lang, schematic=True, synthetic=True)
    return offline_map(
        found.drawn, found.shapes, found.points, sheet, chains=chains, subject_chains=subjects, towns=found.towns
    )


def test_a_survey_has_every_layer_of_the_unit(db):
    found = collect_map_facts(db, "T1", DAY, Level.VILLAGE, discover().values())
    assert [item.layer.key for item in found.drawn] == list(discover())
    assert {tuple(item.frame.index) for item in found.drawn} == {("V1", "V2")}
    assert set(found.points.index) == {"S1", "S2", "S3"}
    assert found.shapes.crs.to_epsg() == 4490


def test_breaks_come_from_the_rule_of_the_day(db):
    layer = discover()["overdue"]
    assert layer_breaks(db, layer, DAY) == (0.05, 0.15, 0.3)
    db.execute(
        text(
            "INSERT INTO grid.rule (key, scope, from_on, value, source)"
            " VALUES ('class_breaks', 'overdue', '2026-06-01', '[0.1, 0.2]', 'test')"
        )
    )
    assert layer_breaks(db, layer, DAY) == (0.1, 0.2)
    assert layer_breaks(db, layer, date(2026, 5, 31)) == (0.05, 0.15, 0.3)


def test_chains_name_people_posts_and_gaps(db):
    (district, town, village) = unit_chain(db, "V1", DAY, "zh")
    assert district[0] == "区"
    assert "分管领导 Lin" in district[1]
    assert "监管员 Su1" in town[1]
    assert village == ("村社区", "协管员 As1", False)
    assert [step[1] for step in subject_chain(db, "S1", DAY, "zh")] == ["主体负责人 Ow1"]


def test_what_is_not_there_is_said(db):
    with pytest.raises(NotFound):
        collect_map_facts(db, "T9", DAY, Level.VILLAGE, discover().values())


@pytest.mark.parametrize(
    ("key", "form"), [("overdue", "pdf"), ("overdue", "svg"), *((key, "png") for key in discover())]
)
def test_a_static_map_repeats_to_the_byte(db, tmp_path, form, key):
    found = collect_map_facts(db, None, DAY, Level.VILLAGE, [discover()[key]])
    (item,) = found.drawn
    for name in ("first", "second"):
        drawing = static_map(
            item.frame,
            item.layer,
            item.legend,
            item.breaks,
            found.shapes,
            item.overlay,
            Sheet("甲区", DAY, Level.VILLAGE, synthetic=True),
            points=found.points,
            towns=found.towns,
        )
        save_map(drawing, tmp_path / f"{name}.{form}", form)
    first, second = ((tmp_path / f"{name}.{form}").read_bytes() for name in ("first", "second"))
    assert first == second
    assert len(first) > 5000


def test_a_static_map_has_no_other_endings(db, tmp_path):
    found = collect_map_facts(db, None, DAY, Level.TOWN, [discover()["overdue"]])
    (item,) = found.drawn
    drawing = static_map(
        item.frame,
        item.layer,
        item.legend,
        item.breaks,
        found.shapes,
        item.overlay,
        Sheet("", DAY, Level.TOWN, theme="dark", lang="en"),
    )
    with pytest.raises(ValueError, match="doc is none of"):
        save_map(drawing, tmp_path / "map.doc", "doc")


def test_an_offline_page_holds_all_it_needs(db):
    html = page_of(db)
    assert re.findall(r"<(?:script|link|img)[^>]+(?:src|href)=", html) == []
    assert "url(images" not in html
    assert "@import" not in html
    assert len(html.encode()) < 1_000_000
    for words in ("示意图，不作为划界依据", "演示数据", "2026-06-30", '<html lang="zh-CN">'):
        assert words in html


@pytest.fixture
def opened(db, tmp_path, playwright):
    """A page opened from a folder in Chromium with the network off, and what it complained of or asked for."""
    noise: list[str] = []

    def note(tab: Tab, path: Path) -> None:
        tab.on("console", lambda message: noise.append(message.text))
        tab.on("pageerror", lambda error: noise.append(str(error)))
        tab.on("request", lambda asked: noise.append(asked.url) if asked.url != path.as_uri() else None)

    browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])

    def show(**named: str) -> Tab:
        path = tmp_path / "map.html"
        path.write_text(page_of(db, **named), encoding="utf-8")
        tab = browser.new_context(offline=True, viewport={"width": 1100, "height": 760}).new_page()
        note(tab, path)
        tab.goto(path.as_uri())
        tab.wait_for_selector(".label")
        return tab

    yield show, noise
    browser.close()


@pytest.mark.browser
def test_an_offline_page_opens_from_a_stick(opened):
    show, noise = opened
    tab = show()
    assert tab.locator(".legend:visible").get_attribute("data-layer") == "coverage"
    assert tab.locator(".leaflet-control-layers-base label").count() == len(discover())
    tab.get_by_text("责任链", exact=True).first.click()
    assert tab.locator(".legend:visible").get_attribute("data-layer") == "chain"
    tab.locator("path.leaflet-interactive[role=button]").nth(1).click(position={"x": 12, "y": 12}, force=True)
    tab.wait_for_selector(".leaflet-popup-content")
    card = tab.locator(".leaflet-popup-content").inner_text()
    assert "责任链完整率" in card
    assert "Lin" in card
    assert noise == []


@pytest.mark.browser
def test_an_offline_page_speaks_english_in_the_dark(opened):
    show, noise = opened
    tab = show(lang="en", theme="dark", code="T1")
    assert tab.evaluate("document.documentElement.lang") == "en"
    assert "Patrol coverage" in tab.locator(".legend:visible").inner_text()
    assert not re.search("[\u4e00-\u9fff]", tab.locator(".legend:visible").inner_text())
    assert noise == []


@pytest.mark.browser
def test_a12_the_exported_page_is_reached_by_the_keyboard_alone(opened):
    """Tab comes to every village and every subject, Enter opens what they say, Escape leads back to where one was."""
    show, noise = opened
    tab = show()
    reached, told = set(), {}
    for _ in range(80):
        tab.keyboard.press("Tab")
        name = tab.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.title")
        if not tab.evaluate("Boolean(document.activeElement.closest('path, .point'))") or name in reached:
            continue
        reached.add(name)
        tab.keyboard.press("Enter")
        tab.wait_for_selector(".leaflet-popup-content")
        told[name] = tab.locator(".leaflet-popup-content").inner_text()
        tab.keyboard.press("Escape")
        tab.wait_for_selector(".leaflet-popup-content", state="detached")
        back = tab.evaluate("document.activeElement.getAttribute('aria-label') || document.activeElement.title")
        assert back == name
    shapes = tab.locator("path.leaflet-interactive[role=button]").count()
    points = tab.locator(".point").count()
    assert len(reached) == shapes + points > 4
    assert all("责任链" in words for words in told.values())
    assert noise == []


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "words"), [("zh", ("放大", "缩小", "关闭", "图层")), ("en", ("Zoom in", "Zoom out", "Close", "Layers"))]
)
def test_a12_the_exported_page_speaks_its_language_to_a_screen_reader(opened, lang, words):
    show, _ = opened
    tab = show(lang=lang)
    tab.locator("path.leaflet-interactive[role=button]").first.press("Enter")
    for word in words:
        assert tab.get_by_label(word, exact=True).count() == 1, word


@pytest.mark.browser
def test_a12_on_a_phone_a_pop_up_stands_alone(opened):
    show, _ = opened
    tab = show()
    tab.set_viewport_size({"width": 390, "height": 844})
    tab.reload()
    tab.wait_for_selector(".label")
    tab.locator(".point").first.press("Enter")
    box = tab.wait_for_selector(".leaflet-popup").bounding_box()
    tab.wait_for_timeout(400)
    box = tab.locator(".leaflet-popup").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert tab.locator(".panel:visible, .leaflet-control-layers:visible").count() == 0
    tab.keyboard.press("Escape")
    assert tab.locator(".panel:visible").count() == 2


def run(engine, *words):
    """``python -m layers`` on a database of the test's."""
    url = engine.url.render_as_string(hide_password=False)
    return run_command("layers", *words, GRID_DATABASE_URL=url)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["static", "--layer", "nope", "--out", "a.pdf"], "coverage overdue failures chain"),
        (["static", "--layer", "chain", "--out", "a.doc"], ".pdf .svg .png"),
        (["map", "--out", "none/a.html"], "不存在"),
        (["map", "--as-of", "2026-13-01", "--out", "a.html"], "2026-13-01"),
    ],
)
def test_the_command_line_says_in_one_sentence_what_is_wrong(words, sentence, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", ["layers", *words])
    with pytest.raises(SystemExit) as left:
        exit_codes.run_command_line(app)
    told = capsys.readouterr().err
    assert left.value.code == UserError.exit_code
    assert sentence in told
    assert len(told.strip().splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_an_empty_database_is_said_with_the_remedy(empty_db, tmp_path):
    told = run(empty_db, "map", "--as-of", "2026-06-30", "--out", str(tmp_path / "a.html"))
    assert told.returncode == UserError.exit_code
    assert told.stderr.strip() == translate("layers.cli.nothing", as_of="2026-06-30")
    assert list(tmp_path.iterdir()) == []


def test_the_command_line_draws_a_unit(empty_db, tmp_path):
    with empty_db.begin() as db:
        World(db).standard()
    for name, words in (
        ("map.html", ["map", "--unit", "T1"]),
        ("map.pdf", ["static", "--layer", "overdue", "--unit", "D", "--level", "town"]),
        ("map.svg", ["static", "--layer", "failures", "--theme", "dark", "--lang", "en"]),
    ):
        told = run(empty_db, *words, "--as-of", "2026-06-30", "--out", str(tmp_path / name))
        assert told.returncode == 0, told.stderr
        assert str(tmp_path / name) in told.stdout
        assert (tmp_path / name).stat().st_size > 5000
