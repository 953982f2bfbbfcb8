"""A level above units that are there already: one root over all of them, and every number stays what it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import Engine, text

from etl import load_files
from etl.demo import Shape, load_demo
from etl.export.export_facts import export_facts
from etl.load.undo_batches import undo_batches
from geodata.accounts.visitor import find_visitor
from geodata.database.engine import application_engine
from geodata.database.scope import Scope, read_transaction, write_transaction
from geodata.errors import Rejected, UserError
from geodata.indicators import INDICATORS
from geodata.levels import SHIPPED, Level, use_levels
from geodata.responsibility.chain import responsibility_chain
from geodata.rollup.indicator_counts import COUNTS, count_indicator, headline_counts
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import read_levels, tier_levels, use_levels_of, write_levels
from geodata.territory.root_above import NewRoot, put_root_above, read_new_root
from geodata.territory.units import root_unit, unit_ancestry
from geodata.vocabulary import UnitKind
from tests.commands import run_command
from tests.integration.grid.test_level_words import drawn
from tests.integration.grid.test_other_trees import DAY
from tests.visitors import application, signed_in

DISTRICT, CITY, ROOT = "990101000000", Level("city"), "990100000000"
SHIPPED_FILE = Path("etl/demo/data/levels_three.toml")


@pytest.fixture(autouse=True)
def _shipped_levels() -> Iterator[None]:
    yield
    use_levels(SHIPPED)


def file_above(folder: Path, *, kinds: str = '["city"]', root: str = "") -> Path:
    """The file of the three levels with a city above them."""
    own = SHIPPED_FILE.read_text(encoding="utf-8")
    said = root or f'[root]\ncode = "{ROOT}"\nname = "示市"\n'
    file = folder / "above.toml"
    file.write_text(f'[[level]]\nkey = "city"\nkinds = {kinds}\n{own}\n{said}', encoding="utf-8")
    return file


def counted(engine: Engine, day: date = DAY) -> dict[str, pd.DataFrame]:
    with read_transaction(engine) as db:
        return {key: count_indicator(db, key, Level.DISTRICT, day)[COUNTS] for key in INDICATORS}


@pytest.fixture(scope="module")
def three(new_database) -> Iterator[Engine]:
    for engine in new_database():
        load_demo(engine, DAY, shape=Shape.THREE)
        with write_transaction(engine) as db:
            for login, role in (("leader", "district_leader"), ("office", "administrator")):
                db.execute(
                    text(
                        "INSERT INTO grid.account (login, person_no) SELECT :login, person_no FROM grid.post"
                        " WHERE role = :role"
                    ),
                    {"login": login, "role": role},
                )
        yield engine


@pytest.fixture(scope="module")
def before(three) -> dict[str, pd.DataFrame]:
    return counted(three)


@pytest.fixture(scope="module")
def above(three, before, tmp_path_factory) -> Engine:
    """The district of three levels, a city put above it by the command."""
    file = file_above(tmp_path_factory.mktemp("levels"))
    url = three.url.render_as_string(hide_password=False)
    done = run_command("geodata", "levels", file, GRID_DATABASE_URL=url, GRID_LANG="en")
    assert done.returncode == 0, done.stderr
    assert [line.split("\t")[0] for line in done.stdout.splitlines()[:4]] == ["city", "district", "village", "subject"]
    assert f"District leader {DISTRICT}" in done.stdout
    again = run_command("geodata", "levels", file, GRID_DATABASE_URL=url, GRID_LANG="en")
    assert again.returncode == 0, "the file may be given again, for its names"
    return three


@pytest.mark.parametrize(
    ("change", "key"),
    [
        ({"kinds": '["province", "city"]'}, "levels.error.root_kind"),
        ({"root": f'[root]\ncode = "{DISTRICT}"\nname = "x"'}, "levels.error.root_taken"),
        ({"root": '[root]\ncode = "1"'}, "levels.error.incomplete"),
        ({"root": '[root]\ncode = "1"\nname = "x"\nkind = "shire"'}, "levels.error.kind"),
        ({"root": '[root]\ncode = "1"\nname = "x"\nkind = "district"'}, "levels.error.root_kind"),
    ],
)
def test_what_cannot_be_put_above_changes_nothing(three, tmp_path, change, key):
    file = file_above(tmp_path, **change)
    with pytest.raises(UserError) as refused, write_transaction(three) as db:
        put_root_above(db, *read_level_file(file), read_new_root(file))
    assert refused.value.text == key
    with read_transaction(three) as db:
        assert CITY not in read_levels(db).units


def test_only_one_level_and_only_above(three, empty_db, tmp_path):
    levels, bindings = read_level_file(file_above(tmp_path))
    below = replace(levels, rows=(*levels.rows[1:2], levels.rows[0], *levels.rows[2:]))
    for engine, wrong in ((three, below), (three, replace(levels, rows=levels.rows[1:])), (empty_db, levels)):
        with pytest.raises(UserError) as refused, write_transaction(engine) as db:
            put_root_above(db, wrong, bindings, NewRoot("1", "x"))
        assert refused.value.text == "levels.error.root_alone"
    with pytest.raises(UserError) as refused, write_transaction(three) as db:
        write_levels(db, levels, bindings)
    assert refused.value.text == "levels.error.standing"


def test_every_number_of_before_stays_and_the_new_level_is_their_sum(above, before):
    after = counted(above)
    for key, frame in before.items():
        pd.testing.assert_frame_equal(after[key], frame, obj=key)
    with read_transaction(above) as db:
        for day in (DAY, date(2026, 3, 1)):
            whole = headline_counts(db, day)
            for key in INDICATORS:
                city = count_indicator(db, key, CITY, day)
                assert (list(city.index), city[COUNTS].iloc[0].tolist()) == ([ROOT], whole.loc[key, COUNTS].tolist())


def test_the_new_root_stands_over_the_old_one_on_each_of_its_days(above):
    with read_transaction(above) as db:
        for day in (DAY, date(2020, 1, 1)):
            assert [unit.code for unit in unit_ancestry(db, DISTRICT, day)] == [ROOT, DISTRICT]
            found = root_unit(db, day)
            assert found is not None
            assert (found.code, found.kind) == (ROOT, UnitKind.CITY)
        levels = read_levels(db)
        assert (levels.units, levels.several_roots) == ((CITY, Level.DISTRICT, Level.VILLAGE), False)
        assert tier_levels(db, DAY)["leading"] is Level.DISTRICT
        chain = responsibility_chain(db, DAY, subject_id="S0001")
        assert ([step.level for step in chain.levels], chain.complete) == ([*levels.every], True)
        ranks = db.execute(text("SELECT key, rank_no, above FROM grid.level ORDER BY rank_no")).all()
    assert [tuple(row) for row in ranks] == [
        ("city", 0, None), ("district", 1, "city"), ("village", 2, "district"), ("subject", 3, "village")
    ]  # fmt: skip


def test_the_office_goes_to_the_root_and_a_leader_keeps_the_own_area(above):
    pages = application_engine(above.url)
    try:
        for login, home, everything in (("leader", (DISTRICT,), False), ("office", (), True)):
            with read_transaction(pages, Scope(login, "")) as db:
                visitor = find_visitor(db)
                assert visitor is not None
                assert (visitor.home, visitor.sees_all) == (home, everything)
                assert db.execute(text("SELECT count(*) FROM grid.subject")).scalar_one() == 30
        with read_transaction(above) as db:
            office = "SELECT DISTINCT unit_code FROM grid.post WHERE role IN ('administrator', 'data_steward')"
            assert db.execute(text(office)).scalars().all() == [ROOT]
    finally:
        pages.dispose()


def test_pages_and_tables_know_the_new_level(above):
    app = application(above)
    for login, path in (("office", "/"), ("office", f"/unit/{ROOT}"), ("leader", "/"), ("leader", f"/unit/{DISTRICT}")):
        said = drawn(app, login, path, app.ctx.settings.lang)
        assert "示" in said, path
    rows = signed_in(app, "office").get(f"/api/indicators?indicator=overdue&level=city&asof={DAY}").json["rows"]
    assert [row["unit_code"] for row in rows] == [ROOT]


def test_the_batch_is_listed_and_not_undone_for_the_levels_stand_on_it(above):
    with read_transaction(above) as db:
        (number,) = db.execute(text("SELECT id FROM grid.load_batch WHERE kind = 'levels'")).scalars()
        (units,) = db.execute(text("SELECT id FROM grid.load_batch WHERE kind = 'units'")).scalars()
    for each in ([number], [units], [units, number]):
        with pytest.raises(Rejected):
            undo_batches(above, each)
    with read_transaction(above) as db:
        assert root_unit(db, DAY).code == ROOT


def test_exports_load_again_and_an_older_file_of_units_does_too(above, tmp_path):
    use_levels_of(above)
    with read_transaction(above) as db:
        units = export_facts(db, "units", tmp_path / "units.geojson")
        posts = export_facts(db, "posts", tmp_path / "posts.csv")
    reports = load_files(above, [tmp_path / "units.geojson", tmp_path / "posts.csv"], datum="cgcs2000", synthetic=True)
    assert [(each.new, each.changed, each.same) for each in reports] == [(0, 0, units), (0, 0, posts)]
    with read_transaction(above) as db:
        name = unit_ancestry(db, DISTRICT, DAY)[-1].name
    (tmp_path / "old.csv").write_text(f"编码,名称,类型,上级编码\n{DISTRICT},{name},区,\n", encoding="utf-8")
    (report,) = load_files(above, [tmp_path / "old.csv"], kind="units", synthetic=True)
    assert (report.loaded, report.same) == (True, 1), [each.to_sentence() for each in report.rejects]
