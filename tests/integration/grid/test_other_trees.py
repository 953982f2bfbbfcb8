"""Trees of three and of six levels: numbers, chains, reach, pages, checks and files follow the levels there are."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from dashboard.app import router
from dashboard.request import signed_in as request_of
from dashboard.request.client import Client
from dashboard.request.pages import find_page
from dashboard.request.view import View
from dashboard.screens import discover_pages
from dashboard.screens.map import components
from dashboard.screens.map.map_drawing import camera_target, style_of
from dashboard.screens.map.next_view import into_unit
from dashboard.screens.map.view_model import MapViewModel
from dashboard.screens.map.worst_first import unit_rows
from dashboard.screens.unit.view_model import UnitViewModel
from etl import load_files
from etl.demo import Shape, load_demo, write_files
from etl.export.export_facts import export_facts
from geodata.accounts.visitor import find_visitor
from geodata.database.engine import application_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.errors import Forbidden, UserError
from geodata.indicators import INDICATORS
from geodata.integrity.work_counts import count_open_items
from geodata.integrity.work_list import list_work_items
from geodata.jobs.job_list import get_job
from geodata.jobs.job_queue import start_job
from geodata.levels import SHIPPED, Level, Levels, use_levels
from geodata.locale import Lang, label_of
from geodata.responsibility.chain import responsibility_chain
from geodata.responsibility.staffing import count_staffing
from geodata.rollup.indicator_counts import COUNTS, count_indicator, headline_counts
from geodata.settings import settings
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import read_levels, write_levels
from geodata.territory.units import list_units, root_units
from geodata.vocabulary import JobState, Role
from tests.visitors import application, signed_in
from tests.worker import do_waiting_jobs

DAY = date(2026, 11, 22)
NO_NAMES = ('""', '" "', r'"网\n格"', r'"a\u0000b"', r'"\u202e格网"', f'"{"长" * 21}"', "7")
"""What is no name of a level, as a file may say it."""
CITY = "N1-1-1"


@pytest.fixture(autouse=True)
def _shipped_levels() -> Iterator[None]:
    """What a test has said of the levels holds for it alone."""
    yield
    use_levels(SHIPPED)


def tree(new_database: Callable[[], Iterator[Engine]], shape: Shape) -> Iterator[Engine]:
    for engine in new_database():
        reports = load_demo(engine, DAY, shape=shape)
        assert [each.to_text() if hasattr(each, "to_text") else each for each in reports if not each.loaded] == []
        yield engine


@pytest.fixture(scope="module")
def six(new_database) -> Iterator[Engine]:
    for engine in tree(new_database, Shape.SIX):
        with engine.begin() as db:
            for login, code in (("nation", "N1"), ("city", CITY)):
                db.execute(
                    text(
                        "INSERT INTO grid.account (login, person_no) SELECT :login, person_no FROM grid.post"
                        " WHERE unit_code = :code AND role = 'district_leader'"
                    ),
                    {"login": login, "code": code},
                )
        yield engine


@pytest.fixture(scope="module")
def three(new_database) -> Iterator[Engine]:
    yield from tree(new_database, Shape.THREE)


def levels_in(engine: Engine) -> Levels:
    with read_transaction(engine) as db:
        return read_levels(db)


@pytest.mark.parametrize("shape", ["three", "six"])
def test_the_numbers_of_every_level_add_up_to_those_above(shape, request):
    engine = request.getfixturevalue(shape)
    levels = levels_in(engine)
    with read_transaction(engine) as db:
        whole = headline_counts(db, DAY)
        assert (whole["denominator"] > 0).sum() >= len(whole) - 2, "samples are few"
        for key in INDICATORS:
            frames = {level: count_indicator(db, key, level, DAY) for level in levels.units}
            assert frames[levels.root][COUNTS].sum().tolist() == whole.loc[key, COUNTS].tolist()
            for upper, lower in zip(levels.units, levels.units[1:], strict=False):
                summed = frames[lower].groupby("parent_code")[COUNTS].sum()
                pd.testing.assert_frame_equal(
                    summed, frames[upper][COUNTS], check_names=False, check_dtype=False, obj=f"{key} {upper}"
                )
            one = frames[levels.units[-2]].index[0]
            within = count_indicator(db, key, Level.VILLAGE, DAY, one)
            assert within[COUNTS].sum().tolist() == frames[levels.units[-2]].loc[one, COUNTS].tolist()


def test_the_four_tiers_stand_where_the_rule_says(three, six):
    with read_transaction(six) as db:
        chain = responsibility_chain(db, DAY, subject_id="S0001")
        assert [step.level for step in chain.levels] == [*read_levels(db).every]
        assert chain.complete
        assert [len(step.vacancies) for step in chain.levels] == [0] * 7
        broken = responsibility_chain(db, DAY, subject_id="S0064").levels[-1]
        assert (broken.named, [gap.role for gap in broken.vacancies]) == (False, [Role.RESPONSIBLE_PERSON])
    with read_transaction(three) as db:
        district, grid, subject = responsibility_chain(db, DAY, subject_id="S0001").levels
        assert {post.role for post in district.posts} == {
            Role.DISTRICT_LEADER, Role.SECTION_HEAD, Role.STATION_HEAD, Role.SUPERVISOR
        }  # fmt: skip
        assert [post.role for post in grid.posts] == [Role.ASSISTANT]
        assert subject.named
        below = count_staffing(db, DAY, "990101000000", None)
        assert [(line.level, line.role, line.held, line.total) for line in below] == [
            ("village", Role.ASSISTANT, 6, 6), ("subject", Role.RESPONSIBLE_PERSON, 29, 30)
        ]  # fmt: skip


def test_a_vacant_tier_breaks_the_chain_of_all_below(three):
    with three.connect() as db, db.begin() as undone:
        ended = "UPDATE grid.post SET valid = daterange(lower(valid), '2026-11-01') WHERE role = 'supervisor'"
        db.execute(text(ended))
        frame = count_indicator(db, "chain_complete", Level.DISTRICT, DAY)
        assert (frame["numerator"].item(), frame["denominator"].item()) == (0, 30)
        filled = count_indicator(db, "posts_filled", Level.DISTRICT, DAY)
        assert (filled["numerator"].item(), filled["denominator"].item()) == (0, 6)
        chain = responsibility_chain(db, DAY, unit_code="990101000000")
        assert [gap.role for gap in chain.levels[0].vacancies] == [Role.SUPERVISOR]
        undone.rollback()


def test_what_happened_keeps_the_four_tiers_of_its_day(six, three):
    held = """
        SELECT every(cardinality(district_people) = 2 AND cardinality(town_people) = 2
                     AND cardinality(village_people) = 1) FROM grid.chain_record"""
    for engine, office in ((six, 0), (three, 2)):
        with read_transaction(engine) as db:
            told = held.replace("(district_people) = 2", f"(district_people) = {2 + office}")
            assert db.execute(text(told)).scalar_one() is True


def test_a_citys_leader_sees_districts_as_a_districts_leader_sees_towns(six):
    pages = application(six).ctx.engine
    with read_transaction(pages, Scope("city", "")) as db:
        levels = read_levels(db)
        use_levels(levels)
        visitor = find_visitor(db)
        assert visitor is not None
        assert (visitor.sees_all, visitor.home, visitor.first_level) == (False, (CITY,), "district")
        assert visitor.above == {"N1", "N1-1"}
        assert db.execute(text("SELECT count(*) FROM grid.subject")).scalar_one() == 16
        assert set(list_units(db, Level("city"), DAY).index) == {CITY}
        assert len(list_units(db, Level("district"), DAY)) == 2
        assert db.execute(text("SELECT grid.may_everywhere('see_area')")).scalar_one() is False
        with pytest.raises(Forbidden):
            visitor.must_see(levels.root)
    with six.begin() as db:
        also = "INSERT INTO grid.post (post_no, person_no, role, unit_code, valid, batch_id) SELECT 'also', person_no,"
        also += " 'assistant', 'N1-1-1-1-1-1', '[2020-01-01,)', batch_id FROM grid.post AS p WHERE unit_code = :c"
        db.execute(text(f"{also} AND role = 'district_leader'"), {"c": CITY})
    try:
        with read_transaction(pages, Scope("city", "")) as db:
            both = find_visitor(db)
            assert both is not None
            assert both.home == (CITY,), "a village inside the own city is no second home"
    finally:
        with six.begin() as db:
            db.execute(text("DELETE FROM grid.post WHERE post_no = 'also'"))
    with read_transaction(pages, Scope("nation", "", everything=True)) as db:
        visitor = find_visitor(db)
        assert visitor is not None
        assert (visitor.sees_all, visitor.first_level) == (True, "province")
        assert db.execute(text("SELECT count(*) FROM grid.subject")).scalar_one() == 64


def test_the_map_of_a_citys_leader_drills_down_to_the_subjects(six):
    app = application(six)
    visitor = app.ctx.find_visitor("city")
    assert visitor is not None
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        view, seen = View(asof=DAY), []
        model = MapViewModel(app.ctx, view, Client())
        assert model.view.level == "district"
        while model.view.level is not Level.SUBJECT:
            rows = unit_rows(model)
            assert style_of(model)["sources"]
            assert model.legend.classes
            assert camera_target(model)["of"] == model.scope.code
            seen.append((str(model.view.level), len(rows), len(components.map_crumbs(model))))
            first = model.local.index[0]
            model = MapViewModel(app.ctx, into_unit(model.view, first, model.level), Client())
        assert seen == [("district", 2, 3), ("town", 2, 4), ("village", 2, 5)]
        assert [unit.level for unit in model.path] == [*read_levels_of(six).units]
        assert len(model.local_points) == 2
        assert [label_of(level, Lang.EN) for level in app.ctx.compared_levels()] == [
            "District", "Town", "Village", "Subject"
        ]  # fmt: skip
        page = UnitViewModel(app.ctx, View(asof=DAY), CITY)
        assert sorted(page.children.index) == [f"{CITY}-1", f"{CITY}-2"]
        with pytest.raises(Forbidden):
            _ = UnitViewModel(app.ctx, View(asof=DAY), "N1-1").path


def read_levels_of(engine: Engine) -> Levels:
    return levels_in(engine)


def test_addresses_take_the_levels_there_are(six):
    nation, city = (signed_in(application(six), login) for login in ("nation", "city"))
    asked = "/api/indicators?indicator=overdue&asof=2026-11-22"
    assert [row["unit_code"] for row in nation.get(asked).json["rows"]] == ["N1-1", "N1-2"]
    assert [len(nation.get(f"{asked}&level={level}").json["rows"]) for level in ("city", "town", "village")] == [
        4,
        16,
        32,
    ]
    refused = nation.get(f"{asked}&level=county")
    assert refused.status_code == 400
    assert "nation, province, city, district, town, village, subject" in refused.json["error"]
    assert city.get(f"{asked}&level=nation").status_code == 403
    assert [row["unit_code"] for row in city.get(f"{asked}&level=district").json["rows"]] == [f"{CITY}-1", f"{CITY}-2"]
    assert len(nation.get("/geo/city.geojson?asof=2026-11-22").json["features"]) == 4
    assert nation.get("/geo/county.geojson").status_code == 404
    for path in (
        "/",
        "/?level=city",
        f"/unit/{CITY}",
        f"/unit/{CITY}?indicator=chain_complete",
        "/subject/S0001",
        "/work",
    ):
        assert city.get(path).status_code == 200, path


def account_of(engine: Engine, login: str, role: str):
    """The client of an account whose person holds the post."""
    with engine.begin() as db:
        db.execute(
            text(
                "INSERT INTO grid.account (login, person_no) SELECT :login, person_no FROM grid.post WHERE role = :role"
                " ORDER BY post_no LIMIT 1 ON CONFLICT DO NOTHING"
            ),
            {"login": login, "role": role},
        )
    return signed_in(application(engine), login)


def drawn(engine: Engine, login: str, path: str) -> str:
    """A screen as Dash sends it to an account."""
    app = application(engine)
    visitor, (page, places) = app.ctx.find_visitor(login), find_page(discover_pages(), path)
    assert visitor is not None
    assert page is not None
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        part = router.lay_out(app.ctx, page, View(asof=DAY), places, None)[0]
        return json.dumps(part, default=lambda each: each.to_plotly_json(), ensure_ascii=False)


@pytest.mark.parametrize("path", ["/", "/unit/N1", f"/unit/{CITY}", "/unit/N1-1-1-1-1-1", "/subject/S0001"])
def test_every_screen_is_drawn_at_every_depth(six, path):
    """Ranking, list and files too: none of them is the page that says it could not be drawn."""
    told = drawn(six, "nation", path)
    assert '"role": "alert"' not in told
    assert "没能画出来" not in told
    assert "示" in told


@pytest.mark.parametrize("shape", ["three", "six"])
def test_the_checks_find_what_was_planted_and_nothing_more(shape, request):
    engine = request.getfixturevalue(shape)
    with read_transaction(engine) as db:
        found = {item["check_key"] for item in list_work_items(db, DAY).to_dict("records")}
        counts = {level: count_open_items(db, level, DAY) for level in read_levels(db).units}
    assert "post_vacant" in found
    assert all(len(set(each.values()) - {0}) >= 1 for each in counts.values()), "an item counts at every level above it"
    assert len({max(each.values()) for each in counts.values()} - {0}) >= 1
    assert found & {"gap", "overlap", "outside_parent", "sliver", "subject_outside_village"} == set()


@pytest.mark.parametrize("what", ["subjects", "rows?indicator=overdue"])
@pytest.mark.parametrize("lang", list(Lang))
def test_the_headings_of_lists_name_the_levels_there_are(three, what, lang):
    """Whose units stand in a column is no town where the tree has none, nor a village where they are called grids."""
    client = account_of(three, "whole", "district_leader")
    answer = client.get(f"/api/{what}{'&' if '?' in what else '?'}format=csv&lang={lang}")
    heads = answer.get_data(as_text=True).splitlines()[0].removeprefix("\ufeff").split(",")
    use_levels(read_levels_of(three))
    assert {label_of(Level.DISTRICT, lang), label_of(Level.VILLAGE, lang)} <= set(heads)
    assert not {"镇街", "村社区", "Town", "Village"} & set(heads)


@pytest.mark.parametrize("lang", list(Lang))
def test_the_pages_of_accounts_name_no_level_there_is_not(three, lang):
    """Neither the own page, nor who can see what, speaks of the towns of a tree that has none."""
    admin = account_of(three, "keeper", "administrator")
    for address in ("/me", "/admin/access"):
        page = re.sub(
            r"(?s)<style>.*?</style>|<[^>]*>", " ", admin.get(f"{address}?lang={lang}").get_data(as_text=True)
        )
        assert not re.search("镇街|村社区|[Tt]owns?\\b|[Vv]illages?\\b", page), address


@pytest.mark.parametrize("shape", ["three", "six"])
def test_exports_load_again_as_they_are(shape, request, tmp_path):
    engine = request.getfixturevalue(shape)
    with read_transaction(engine) as db:
        use_levels(read_levels(db))
        units = export_facts(db, "units", tmp_path / "units.geojson")
        posts = export_facts(db, "posts", tmp_path / "posts.csv")
    reports = load_files(engine, [tmp_path / "units.geojson", tmp_path / "posts.csv"], datum="cgcs2000", synthetic=True)
    assert [(each.new, each.changed, each.same) for each in reports] == [(0, 0, units), (0, 0, posts)]


@pytest.mark.parametrize("shape", list(Shape))
def test_the_same_seed_gives_the_same_bytes(shape, tmp_path):
    for name in ("one", "two"):
        write_files(tmp_path / name, DAY, shape=shape)
    pairs = [(file, tmp_path / "two" / file.name) for file in sorted((tmp_path / "one").iterdir())]
    assert len(pairs) == 8
    assert all(one.read_bytes() == other.read_bytes() for one, other in pairs)


def refused_sentence(engine: Engine, file: Path, rows: str) -> str:
    """The one sentence a file of units is refused with; nothing changed."""
    file.write_text("编码,名称,类型,上级编码\n" + rows, encoding="utf-8")
    count = text("SELECT count(*), md5(string_agg(v::text, '' ORDER BY id)) FROM grid.unit_version AS v")
    with read_transaction(engine) as db:
        before = db.execute(count).one()
    (report,) = load_files(engine, [file], kind="units", synthetic=True)
    with read_transaction(engine) as db:
        assert db.execute(count).one() == before
    assert not report.loaded
    (reject,) = report.rejects
    return reject.to_sentence(Lang.EN)


def test_a_unit_whose_parent_is_its_own_child(six, tmp_path):
    said = refused_sentence(six, tmp_path / "units.csv", "NX,甲镇,镇,NY\nNY,乙村,村,NX\n")
    assert "the parent “NY” stands under this very unit: NY → NX" in said


def test_a_branch_without_one_level(six, tmp_path):
    said = refused_sentence(six, tmp_path / "units.csv", "NX,甲县,区,N1-1\n")
    assert "the parent “N1-1” is a Province, which is not one level up" in said


def test_a_kind_that_no_level_has(three, tmp_path):
    said = refused_sentence(three, tmp_path / "units.csv", "990000000000,某省,省,\n")
    assert "no level of this installation has units of the kind" in said


def test_the_database_refuses_what_no_file_may_say_either(six):
    for parent, code in (("N1-1-1-1-1", "N1-1-1"), (None, "N1-1")):
        with pytest.raises(Exception, match="unit_version_parent_level"), six.begin() as db:
            db.execute(text("UPDATE grid.unit_version SET parent_code = :p WHERE code = :c"), {"p": parent, "c": code})
    with pytest.raises(Exception, match="unit_level_kept"), six.begin() as db:
        db.execute(text("UPDATE grid.unit SET level = 'town' WHERE code = 'N1-1'"))


def test_levels_in_use_keep_their_order_but_not_their_names(three, tmp_path):
    file = Path("etl/demo/data/levels_six.toml")
    with pytest.raises(UserError), write_transaction(three) as db:
        write_levels(db, *read_level_file(file))
    own = Path("etl/demo/data/levels_three.toml").read_text(encoding="utf-8").replace("网格", "片区")
    (tmp_path / "own.toml").write_text(own, encoding="utf-8")
    with three.connect() as db:
        write_levels(db, *read_level_file(tmp_path / "own.toml"))
        use_levels(read_levels(db))
        assert label_of(Level.VILLAGE, Lang.ZH) == "片区"
        db.rollback()


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (('key = "village"', 'key = "hamlet"'), "levels.error.lowest"),
        (('["town"', '["district", "town"'), "levels.error.twice"),
        (('kinds = ["district"]', 'kinds = ["shire"]'), "levels.error.kind"),
        (('key = "district"', 'key = "D 1"'), "levels.error.key"),
        (('leading = "district"', 'leading = "village"'), "levels.error.chain"),
        (('source = "demonstration"', 'source = "x"\nfrom_on = 2026-01-01'), "levels.error.days"),
        (('source = "demonstration"', ""), "levels.error.incomplete"),
        (("[[level]]", "[[level"), "levels.error.unreadable"),
        *((('zh = "网格"', f"zh = {name}"), "levels.error.name") for name in NO_NAMES),
        (('zh = "网格"', 'zh = "区"'), "levels.error.same_name"),
        (('key = "district"', 'key = "county"'), "levels.error.nameless"),
    ],
)
def test_a_file_of_levels_that_cannot_be(change, key, tmp_path):
    said = Path("etl/demo/data/levels_three.toml").read_text(encoding="utf-8").replace('["street", "town"', '["town"')
    assert change[0] in said
    (tmp_path / "levels.toml").write_text(said.replace(*change), encoding="utf-8")
    with pytest.raises(UserError) as refused:
        read_level_file(tmp_path / "levels.toml")
    assert refused.value.text == key


def test_a_tier_moves_on_its_day(three, tmp_path):
    """From a day on supervisors stand at the grids: the chain of before is read by the rule of before."""
    own = Path("etl/demo/data/levels_three.toml").read_text(encoding="utf-8")
    later = """
[[chain]]
from_on = 2026-11-10
leading = "district"
supervising = "village"
assisting = "village"
source = "x"
"""
    (tmp_path / "own.toml").write_text(own.replace("\n[demo]", f"{later}\n[demo]"), encoding="utf-8")
    with three.connect() as db:
        write_levels(db, *read_level_file(tmp_path / "own.toml"))
        before, after = (count_indicator(db, "chain_complete", Level.DISTRICT, day) for day in (date(2026, 11, 9), DAY))
        assert (before["numerator"].item(), after["numerator"].item()) == (29, 0)
        assert responsibility_chain(db, date(2026, 11, 9), subject_id="S0001").complete
        assert not responsibility_chain(db, DAY, subject_id="S0001").complete
        db.rollback()


def test_several_roots(empty_db, tmp_path):
    """Whoever leads one root sees that one; the office sees all; the map of all begins with the roots."""
    own = Path("etl/demo/data/levels_three.toml").read_text(encoding="utf-8")
    (tmp_path / "own.toml").write_text(f"several_roots = true\n{own}", encoding="utf-8")
    with write_transaction(empty_db) as db:
        write_levels(db, *read_level_file(tmp_path / "own.toml"))
    (tmp_path / "units.csv").write_text(
        "编码,名称,类型,上级编码\nA,甲区,区,\nB,乙区,区,\nA1,一村,村,A\nB1,二村,村,B\n", encoding="utf-8"
    )
    (tmp_path / "people.csv").write_text("人员编号,姓名\nP1,演一\nP2,演二\n", encoding="utf-8")
    (tmp_path / "posts.csv").write_text(
        "人员编号,岗位,网格编码,任职日期\nP1,分管领导,A,2020-01-01\nP2,系统管理员,B,2020-01-01\n", encoding="utf-8"
    )
    for kind in ("units", "people", "posts"):
        (report,) = load_files(empty_db, [tmp_path / f"{kind}.csv"], kind=kind, synthetic=True)
        assert report.loaded, [each.to_sentence(Lang.EN) for each in report.rejects]
    with empty_db.begin() as db:
        db.execute(text("INSERT INTO grid.account (login, person_no) VALUES ('one', 'P1'), ('all', 'P2')"))
    with read_transaction(application(empty_db).ctx.engine, Scope("one", "")) as db:
        use_levels(read_levels(db))
        one = find_visitor(db)
        assert one is not None
        assert (one.sees_all, one.home, one.first_level) == (False, ("A",), "village")
        assert [unit.code for unit in root_units(db, DAY)] == ["A"]
    app = application(empty_db)
    visitor = app.ctx.find_visitor("all")
    assert visitor is not None
    with request_of.standing_in(visitor):
        app.ctx.use_levels()
        model = MapViewModel(app.ctx, View(asof=DAY, level=Level.DISTRICT), Client())
        assert (model.view.level, list(model.local.index), model.path, model.within) == (
            "district",
            ["A", "B"],
            [],
            None,
        )
        assert app.ctx.compared_levels()[0] == "district"
        inside = MapViewModel(app.ctx, into_unit(model.view, "A", model.level), Client())
        assert (inside.view.unit, inside.view.level, list(inside.local.index)) == ("A", "village", ["A1"])
        assert [crumb.text for crumb in components.map_crumbs(model)] == ["甲区、乙区"]
        assert [crumb.text for crumb in components.map_crumbs(inside)] == ["甲区、乙区", "甲区"]
        assert style_of(model)["sources"]
    client = signed_in(app, "all")
    assert client.get("/").status_code == 200
    table = client.get("/api/indicators?indicator=posts_filled&level=district&asof=2026-11-22").json
    assert [row["unit_code"] for row in table["rows"]] == ["A", "B"]
    assert client.get("/api/indicators?indicator=posts_filled&format=csv").status_code == 200


def test_a_job_knows_the_levels_of_its_installation(six, tmp_path, monkeypatch):
    """A worker's process begins with the shipped ones, and a list by province is none of theirs."""
    monkeypatch.setenv("GRID_HOME", str(tmp_path))
    settings.cache_clear()
    asked = {"indicator": "overdue", "level": "province", "format": "csv", "asof": DAY.isoformat()}
    pages = application_engine(six.url)
    try:
        with write_transaction(pages, Scope("nation")) as db:
            number = start_job(db, "export_table", "by province", Lang.EN, {"what": "indicators", "asked": asked})
        use_levels(SHIPPED)
        assert do_waiting_jobs(six) == [number]
        with read_transaction(pages, Scope("nation")) as db:
            job = get_job(db, number)
        assert job.state is JobState.DONE, job.outcome
    finally:
        pages.dispose()
        settings.cache_clear()
