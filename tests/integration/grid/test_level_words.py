"""No other tree shows words of the shipped one: pages, files, headings and maps name its own levels."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from dashboard.api.asked_table import ADDRESSES
from dashboard.app import router
from dashboard.app.create_app import GridDash
from dashboard.request import signed_in as request_of
from dashboard.request.pages import find_page
from dashboard.request.view import View
from dashboard.screens import discover_pages
from dashboard.screens.admin.parts import discover as admin_parts
from etl import load_files
from etl.demo import Shape, load_demo
from etl.export.export_facts import export_facts
from etl.export.template_workbook import write_template
from etl.recognise.field_words import field_heading
from etl.sources import discover as discover_sources
from geodata.database.scope import read_transaction, write_transaction
from geodata.levels import SHIPPED, Level, levels_in_use, use_levels
from geodata.locale import Lang, level_name, read_catalogue, said_words, translate
from geodata.locale.level_words import SIGN
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import read_levels, write_levels
from geodata.vocabulary import UnitKind
from layers.catalog import discover as discover_layers
from layers.map_facts import collect_map_facts
from tests.commands import run_command
from tests.integration.grid.test_other_trees import DAY
from tests.visitors import application, signed_in

NAMES = {
    "nation": ("甲域", "Realm"),
    "province": ("乙域", "March"),
    "city": ("丙域", "County"),
    "district": ("丁域", "Hundred"),
    "town": ("戊域", "Tithe"),
    "village": ("己域", "Hide"),
}
"""Names of its own for every level of six: none of the shipped ones has anything to do there."""
ZH = r"镇街|村社区|村居|村级|村编码|村名称|[本原新同]村|村外|村或社区|四级"
EN = r"\b(?:town|village)s?\b|\bfour levels\b"
ZH_ROOT, EN_ROOT = r"|[全本]区|区级|区县|区领导|[全本][国省市]", r"|\bdistricts?\b|\bnations?\b"
SHOWN = {"children", "title", "label", "aria-label", "alt", "placeholder", "headerName", "headerTooltip", "summary"}
"""Of a component, what a person reads; ids, classes and fields of columns are the program's own words."""


@dataclass(frozen=True, eq=False)
class World:
    """An installation with another tree, and what of the shipped one must not be shown there."""

    engine: Engine
    forbidden: dict[Lang, re.Pattern[str]]
    units: tuple[str, ...]
    names: re.Pattern[str]

    def leaks(self, said: str, lang: Lang) -> list[str]:
        """Shipped words in a text, with what stands around them; the names of units are data."""
        plain = self.names.sub("·", said)
        return [plain[max(0, hit.start() - 20) : hit.end() + 20] for hit in self.forbidden[lang].finditer(plain)]


@pytest.fixture(autouse=True)
def _shipped_levels() -> Iterator[None]:
    yield
    use_levels(SHIPPED)


def own_names(folder: Path) -> Path:
    """The file of six levels, each with names of its own."""
    said = Path("etl/demo/data/levels_six.toml").read_text(encoding="utf-8")
    for key, (zh, en) in NAMES.items():
        said = said.replace(f'key = "{key}"', f'key = "{key}"\nzh = "{zh}"\nen = "{en}"')
    file = folder / "own.toml"
    file.write_text(said, encoding="utf-8")
    return file


def world_of(engine: Engine, *, root: bool) -> World:
    """The world of a database: ``root`` where the shipped word for the top is not used either."""
    with write_transaction(engine) as db:
        for login, role in (("leader", "district_leader"), ("office", "administrator"), ("files", "data_steward")):
            db.execute(
                text(
                    "INSERT INTO grid.account (login, person_no) SELECT :login, person_no FROM grid.post"
                    " WHERE role = :role ORDER BY length(unit_code), unit_code LIMIT 1"
                ),
                {"login": login, "role": role},
            )
        names = db.execute(text("SELECT DISTINCT name FROM grid.unit_version")).scalars().all()
        codes = db.execute(text("SELECT min(code) FROM grid.unit GROUP BY level")).scalars().all()
    known = "|".join(sorted(map(re.escape, names), key=len, reverse=True))
    forbidden = {
        Lang.ZH: re.compile(ZH + (ZH_ROOT if root else "")),
        Lang.EN: re.compile(EN + (EN_ROOT if root else ""), re.I),
    }
    return World(engine, forbidden, tuple(codes), re.compile(known))


@pytest.fixture(scope="module")
def six(new_database, tmp_path_factory) -> Iterator[World]:
    for engine in new_database():
        load_demo(engine, DAY, shape=Shape.SIX)
        with write_transaction(engine) as db:
            write_levels(db, *read_level_file(own_names(tmp_path_factory.mktemp("levels"))))
        yield world_of(engine, root=True)


@pytest.fixture(scope="module")
def three(new_database) -> Iterator[World]:
    for engine in new_database():
        load_demo(engine, DAY, shape=Shape.THREE)
        yield world_of(engine, root=False)


@pytest.fixture(params=["three", "six"])
def world(request) -> World:
    found: World = request.getfixturevalue(request.param)
    return found


def shown(part: Any) -> Iterator[str]:
    """Every text of a drawn page that a person reads."""
    match part:
        case {"props": dict(props)}:
            for key, value in props.items():
                if key == "columnDefs":
                    yield from (str(each.get("headerName", "")) for each in value)
                elif key in SHOWN:
                    yield from shown(value)
        case list(parts):
            for each in parts:
                yield from shown(each)
        case str(said):
            yield said


def drawn(app: GridDash, login: str, path: str, lang: Lang) -> str:
    """What a screen shows to an account."""
    visitor, (page, places) = app.ctx.find_visitor(login), find_page(discover_pages(), path)
    assert visitor is not None
    with request_of.standing_in(visitor), app.server.test_request_context(path):
        app.ctx.use_levels()
        part, title = router.lay_out(app.ctx, page, View(asof=DAY, lang=lang), places, None)
        said = json.loads(json.dumps(part, default=lambda each: each.to_plotly_json()))
    assert translate("banner.broken", lang) not in title
    return "\n".join([title, *shown(said)])


@pytest.mark.parametrize("lang", Lang)
def test_no_page_shows_words_of_another_tree(world, lang):
    app = application(world.engine)
    paths = {
        "leader": ["/", *(f"/unit/{code}" for code in world.units), "/subject/S0001", "/work", "/me", "/jobs"],
        "office": ["/", "/me", *(f"/admin/{part}" for part in admin_parts())],
        "files": ["/data", "/me"],
    }
    said = {path: drawn(app, who, path, lang) for who, each in paths.items() for path in each}
    assert {path: found for path, text in said.items() if (found := world.leaks(text, lang))} == {}
    assert len("".join(said.values())) > 2000


@pytest.mark.parametrize("lang", Lang)
def test_no_table_heading_or_description_of_an_address_does(world, lang):
    client = signed_in(application(world.engine), "leader")
    told: dict[str, str] = {}
    for what, accepts in ADDRESSES.items():
        for form in set(accepts.kinds) & {"csv", "xlsx"}:
            asked = "indicator=chain_complete&" if accepts.one_indicator else ""
            answer = client.get(f"/api/{what}?{asked}format={form}&lang={lang}&asof={DAY}")
            assert answer.status_code == 200, answer.text
            told[f"{what}.{form}"] = text_of(answer.get_data())
    document = client.get(f"/api/openapi.json?lang={lang}").json
    told["openapi"] = " ".join(texts_in(document, {"description", "summary", "title"}))
    style = client.get(f"/map/style.json?lang={lang}&asof={DAY}").json
    told["map"] = " ".join(texts_in(style, {"name", "count", "mark", "label", "text", "text-field", "attribution"}))
    office = signed_in(application(world.engine), "office")
    told["access"] = text_of(office.get(f"/admin/access.xlsx?lang={lang}").get_data())
    without_kinds = {key: plain(each, lang) for key, each in told.items()}
    assert {key: found for key, each in without_kinds.items() if (found := world.leaks(each, lang))} == {}


def text_of(data: bytes) -> str:
    """What an answer says; a workbook is opened first."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as book:
            data = b" ".join(book.read(name) for name in book.namelist() if name.endswith(".xml"))
    return data.decode("utf-8", "replace")


def texts_in(part: Any, keys: set[str]) -> Iterator[str]:
    """The texts of a document that stand under the keys."""
    if isinstance(part, dict):
        yield from (value for key, value in part.items() if key in keys and isinstance(value, str))
        part = list(part.values())
    for each in part if isinstance(part, list) else []:
        yield from texts_in(each, keys)


def plain(said: str, lang: Lang) -> str:
    """A table without cells that hold the kind of a unit: the register's word, whatever the levels are called."""
    kinds = "|".join(re.escape(said_words(lang, SHIPPED)[f"UnitKind.{kind}"]) for kind in UnitKind)
    return re.sub(rf'(?<=[,>"])(?:{kinds})(?=[,<"\r\n])', "·", said)


@pytest.mark.parametrize("lang", Lang)
def test_no_heading_of_an_export_or_template_does_and_both_are_read_again(world, lang, tmp_path):
    found: dict[str, list[str]] = {}
    with read_transaction(world.engine) as db:
        use_levels(read_levels(db))
        for kind, source in discover_sources().items():
            write_template(kind, tmp_path / f"{kind}.xlsx", lang)
            said = plain(text_of((tmp_path / f"{kind}.xlsx").read_bytes()), lang)
            said += " ".join(field_heading(kind, field.name, lang) for field in source.fields)
            found[kind] = world.leaks(re.sub("示[a-zA-Z0-9]*[一-鿿]", "", said), lang)
        count = export_facts(db, "subjects", tmp_path / "subjects.csv", lang=lang)
    heads = (tmp_path / "subjects.csv").read_text(encoding="utf-8-sig").splitlines()[0]
    assert level_name(Level.VILLAGE, "short", lang) in heads
    assert {kind: each for kind, each in found.items() if each} == {}
    use_levels(SHIPPED)
    (report,) = load_files(world.engine, tmp_path / "subjects.csv", datum="cgcs2000", synthetic=True)
    assert (report.loaded, report.same) == (True, count), [each.to_sentence(lang) for each in report.rejects]


def test_what_others_wrote_under_the_shipped_names_is_read_too(six, tmp_path):
    with read_transaction(six.engine) as db, levels_in_use(SHIPPED):
        count = export_facts(db, "subjects", tmp_path / "主体.csv", lang=Lang.ZH)
    assert "村编码" in (tmp_path / "主体.csv").read_text(encoding="utf-8-sig")
    (report,) = load_files(six.engine, tmp_path / "主体.csv", datum="cgcs2000", synthetic=True)
    assert (report.loaded, report.same) == (True, count)


@pytest.mark.parametrize("lang", Lang)
def test_the_words_of_a_map_file_do_not(world, lang):
    with read_transaction(world.engine) as db:
        use_levels(read_levels(db))
        facts = collect_map_facts(db, None, DAY, Level.VILLAGE, discover_layers().values(), lang)
        legends = [item.legend for item in facts.drawn]
        said = " ".join(f"{each.label} {each.units_text}" for legend in legends for each in legend.classes)
    assert world.leaks(said, lang) == []
    assert level_name(Level.VILLAGE, "many", lang) in said


OTHERS_CALL_IT = ("etl.mapping.file_words.", "etl.mapping.field_words.")
ABOUT_THE_SHIPPED = ("Level.", "UnitKind.", "level_word.", "etl.demo.", *OTHERS_CALL_IT)
"""What tells of the shipped tree and its demonstration, of the register's kinds, or of what others call things."""
ABOUT_THE_DEMONSTRATION = {"ui.empty.step1", "ui.serve.demo", "etl.example.body", "etl.example.units.kind"}
THE_KEY = ("levels.cli.file", "levels.error.lowest", "layers.cli.level")
"""They name the key ``village``, which no installation changes."""


@pytest.mark.parametrize("lang", Lang)
def test_no_text_of_the_catalogue_does(world, lang):
    """Every sentence there is, also those that only a fault or a command says."""
    with read_transaction(world.engine) as db:
        words = said_words(lang, read_levels(db))
    spoken = {
        key: re.sub(r"\{\w+\}|辖区", "", said)
        for key, said in words.items()
        if not key.startswith((*ABOUT_THE_SHIPPED, *THE_KEY)) and key not in ABOUT_THE_DEMONSTRATION
    }
    assert {key: said for key, said in spoken.items() if world.leaks(said, lang)} == {}
    assert [key for key, said in words.items() if SIGN in said] == []


@pytest.mark.parametrize("lang", Lang)
def test_every_text_that_names_a_level_says_a_place_there_is(lang):
    named = {key: said for key, said in read_catalogue(lang).items() if SIGN in said}
    assert len(named) > 60
    assert all(SIGN not in said_words(lang, SHIPPED)[key] for key in named)


def test_definitions_name_the_levels_of_the_roles(three, six):
    said = {}
    for where in (three, six):
        with read_transaction(where.engine) as db, levels_in_use(read_levels(db)):
            said[where] = {
                (key, lang): translate(f"indicator.{key}.definition", lang)
                for key in ("chain_complete", "posts_filled")
                for lang in Lang
            }
    assert "区（领导、监管）、网格、主体四层都有" in said[three]["chain_complete", Lang.ZH]
    assert "at district (leading, supervising), grid and subject level" in said[three]["chain_complete", Lang.EN]
    assert "丁域、戊域、己域、主体四层都有" in said[six]["chain_complete", Lang.ZH]
    assert "Hides with a supervisor (of the tithe) and an assistant" in said[six]["posts_filled", Lang.EN]


def test_a_brace_in_a_name_is_text(six):
    with read_transaction(six.engine) as db:
        levels = read_levels(db)
    odd = replace(levels, rows=tuple(replace(row, zh="{n}⟨root⟩", en="{n}") for row in levels.rows))
    with levels_in_use(odd):
        assert translate("etl.integrity.cli.clean", Lang.EN, n=3, of=4) == "Clean {n}s 3/4."
        assert translate("indicator.posts_filled.denominator") == "{n}⟨root⟩"


COMMANDS = (
    ("geodata", "levels"),
    ("geodata", "chain", "--subject", "S0001", "--as-of", DAY),
    ("etl", "kinds"),
    ("etl", "batches"),
    ("etl", "integrity", "list", "--as-of", DAY),
    ("dashboard", "account", "list"),
)


@pytest.mark.parametrize("lang", Lang)
def test_every_command_says_the_names_of_the_installation(world, lang, tmp_path):
    asked = {"GRID_DATABASE_URL": world.engine.url.render_as_string(hide_password=False), "GRID_LANG": lang.value}
    told = {}
    for module, *words in COMMANDS:
        done = run_command(module, *words, **asked)
        assert done.returncode == 0, done.stderr
        told[words[0]] = done.stdout + done.stderr
    for verb in ("export", "template"):
        out = tmp_path / f"{verb}.xlsx"
        done = run_command("etl", verb, "subjects", out, "--lang", lang, **asked)
        assert done.returncode == 0, done.stderr
        told[verb] = text_of(out.read_bytes()) + done.stdout
    (tmp_path / "a.csv").write_text("a,lon,lat,name\nx,1,2,y\n", encoding="utf-8")
    with read_transaction(world.engine) as db, levels_in_use(read_levels(db)):
        lowest, heading = level_name(Level.VILLAGE, "", lang), field_heading("subjects", "village_code", lang)
        known = {row.level.value for row in read_levels(db).rows}
    assert lowest in told["levels"].lower()
    assert lowest in told["chain"].lower()
    assert all(heading in told[verb] for verb in ("kinds", "export", "template"))
    # the first column of the list of levels is its key, the third the register's kinds
    told["levels"] = " ".join(
        line.split("\t")[1] for line in told["levels"].splitlines() if line.split("\t")[0] in known
    )
    found = {
        verb: world.leaks(re.sub("示[^,<]*", "", re.sub(r"\b[a-z]+_[a-z_]+\b", "", said)), lang)
        for verb, said in told.items()
    }
    assert {verb: each for verb, each in found.items() if each} == {}
