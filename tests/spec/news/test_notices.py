"""Notices: which fact tells whom that it arrived, and until when it is new."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, text

from geodata.feedback.feedback_acts import answer_feedback, ask_feedback
from geodata.locale import Lang
from geodata.notices import notice_list
from geodata.notices.kinds import NOTICES
from geodata.notices.seen_hints import close_hint, closed_hints
from tests.ascii_table import rows
from tests.builders import World
from tests.visitors import add_accounts

BEFORE = datetime.now(UTC) - timedelta(days=2)
READERS = ("lin", "qin", "hu1", "su1", "as1", "as2", "hu2", "su2", "as3", "da", "ad")


@contextmanager
def acting(world: World, login: str) -> Iterator[Connection]:
    """The application's role with the scope of a login; what is written inside stays."""
    world.db.execute(text("SET LOCAL ROLE grid_app"))
    world.db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
    yield world.db
    world.db.execute(text("RESET ROLE"))


@pytest.fixture
def office(world: World) -> World:
    """The small world with accounts made two days ago, and nothing loaded since."""
    add_accounts(world)
    world.db.execute(text("UPDATE grid.account SET created_at = :at"), {"at": BEFORE})
    world.db.execute(text("UPDATE grid.load_batch SET loaded_at = :at"), {"at": BEFORE - timedelta(days=99)})
    return world


def new_batch(world: World, by: str = "da", file: str = "名单.xlsx") -> None:
    """What is put from here on came with a batch of just now."""
    made = "INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by) VALUES ('samples', :file, '', :by)"
    found = world.db.execute(text(f"{made} RETURNING id"), {"file": file, "by": by})
    world.batch = found.scalar_one()


def told(world: World, login: str) -> dict[str, int]:
    """Kind → how many notices of it are new to a login."""
    with acting(world, login) as db:
        found = notice_list.list_notices(db, datetime.now(UTC) + timedelta(minutes=1))
        since, own = notice_list.count_own(db)
        assert since is not None
        counted = own + notice_list.count_new(db, since, follows_data=True)
    new = [each.key for each in found if each.is_new]
    assert counted == len(new), "the header counts what the list shows"
    return {key: new.count(key) for key in NOTICES if key in new}


def failing_sample(world: World, **batch: str) -> None:
    new_batch(world, **batch)
    world.samples("sample | subject | on         | judgement\nQ1 | S1 | 2026-02-01 | unqualified")


def passing_sample(world: World) -> None:
    new_batch(world)
    world.samples("sample | subject | on         | judgement\nQ1 | S1 | 2026-02-01 | qualified")


def ended_post(world: World) -> None:
    world.db.execute(text("UPDATE grid.post SET valid = daterange(lower(valid), grid.today()) WHERE person_no = 'As1'"))


def question(world: World) -> None:
    with acting(world, "su1") as db:
        ask_feedback(db, "地图打不开", "/?layer=overdue")


def answered(world: World) -> None:
    question(world)
    with acting(world, "da") as db:
        answer_feedback(db, db.execute(text("SELECT max(id) FROM grid.feedback")).scalar_one(), "已修好")


FACTS = {
    "a failing sample at S1, from a file": failing_sample,
    "a failing sample at S1, by hand": lambda world: failing_sample(world, file=""),
    "a sample at S1 that passes": passing_sample,
    "the failing sample's file is taken back": lambda world: (
        failing_sample(world),
        world.db.execute(text("UPDATE grid.load_batch SET undone_at = now(), undone_by = 'da' WHERE id = :b"),
                         {"b": world.batch}),
    ),
    "the assistant of V1 leaves": ended_post,
    "the supervisor of T1 asks": question,
    "the steward answers": answered,
}  # fmt: skip
TOLD = rows("""
fact                                    | who | load | failure | vacancy | question | answer
a failing sample at S1, from a file     | lin | 1    | 1       |         |          |
a failing sample at S1, from a file     | qin | 1    | 1       |         |          |
a failing sample at S1, from a file     | hu1 | 1    | 1       |         |          |
a failing sample at S1, from a file     | su1 | 1    | 1       |         |          |
a failing sample at S1, from a file     | as1 | 1    | 1       |         |          |
a failing sample at S1, from a file     | su2 |      |         |         |          |
a failing sample at S1, from a file     | as3 |      |         |         |          |
a failing sample at S1, from a file     | da  |      |         |         |          |
a failing sample at S1, from a file     | ad  | 1    | 1       |         |          |
a failing sample at S1, by hand         | hu1 |      | 1       |         |          |
a failing sample at S1, by hand         | da  |      |         |         |          |
a sample at S1 that passes              | hu1 | 1    |         |         |          |
a sample at S1 that passes              | su2 |      |         |         |          |
the failing sample's file is taken back | hu1 |      |         |         |          |
the assistant of V1 leaves              | lin |      |         | 1       |          |
the assistant of V1 leaves              | hu1 |      |         | 1       |          |
the assistant of V1 leaves              | su2 |      |         |         |          |
the supervisor of T1 asks               | da  |      |         |         | 1        |
the supervisor of T1 asks               | qin |      |         |         | 1        |
the supervisor of T1 asks               | su1 |      |         |         |          |
the supervisor of T1 asks               | hu1 |      |         |         |          |
the supervisor of T1 asks               | ad  |      |         |         |          |
the steward answers                     | su1 |      |         |         |          | 1
the steward answers                     | da  |      |         |         |          |
the steward answers                     | qin |      |         |         |          |
the steward answers                     | hu1 |      |         |         |          |
""")


@pytest.mark.parametrize("line", TOLD, ids=[f"{line['fact']}: {line['who']}" for line in TOLD])
def test_what_arrives_in_the_own_area_is_told_and_what_one_did_oneself_is_not(office, line):
    FACTS[str(line["fact"])](office)
    assert told(office, str(line["who"])) == {key: int(str(line[key])) for key in NOTICES if line[key]}


def test_what_was_read_is_no_longer_new_and_what_came_since_the_list_is(office):
    failing_sample(office)
    before = datetime.now(UTC) - timedelta(days=1)
    with acting(office, "hu1") as db:
        notice_list.mark_read(db, before)
    assert told(office, "hu1") == {"failure": 1, "load": 1}, "it came after the list was made"
    with acting(office, "hu1") as db:
        notice_list.mark_read(db, datetime.now(UTC) + timedelta(days=9))
    assert told(office, "hu1") == {}
    assert told(office, "su1") == {"failure": 1, "load": 1}, "another's reading is another's"
    with acting(office, "hu1") as db:
        notice_list.mark_read(db, before)
        assert len(notice_list.list_notices(db, datetime.now(UTC))) == 2, "the list still shows what was read"
    assert told(office, "hu1") == {}, "what was read once stays read"


def test_a_moment_to_come_hides_nothing_that_comes_later(office):
    with acting(office, "hu1") as db:
        notice_list.mark_read(db, datetime.now(UTC) + timedelta(days=999))
        assert notice_list.seen_until(db) <= datetime.now(UTC) + timedelta(seconds=1)


def test_what_was_there_before_the_account_is_no_news(office):
    failing_sample(office)
    office.db.execute(text("UPDATE grid.account SET created_at = clock_timestamp() WHERE login = 'hu1'"))
    assert told(office, "hu1") == {}


def test_each_leads_to_its_thing_in_words_of_both_languages(office):
    failing_sample(office)
    with acting(office, "hu1") as db:
        found = {each.key: each for each in notice_list.list_notices(db, datetime.now(UTC) + timedelta(minutes=1))}
    assert found["failure"].path == "/subject/S1"
    assert found["failure"].to_sentence(Lang.ZH) == "主体S1 · 豇豆：定量检测不合格（毒死蜱）"
    assert found["failure"].to_sentence(Lang.EN) == "主体S1 · 豇豆: Quantitative test failed (毒死蜱)"
    assert found["load"].to_sentence(Lang.ZH) == "载入了样品，涉及本辖区 2 行"


def test_a_hint_is_closed_for_its_reader_alone_and_for_good(office):
    for _ in range(2):
        with acting(office, "su1") as db:
            close_hint(db, "map_click")
            assert closed_hints(db) == {"map_click"}
    with acting(office, "hu1") as db:
        assert closed_hints(db) == frozenset()
