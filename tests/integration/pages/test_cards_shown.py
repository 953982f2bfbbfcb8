"""Enforcement cards on the own page; and the yearly cap where two sessions reach it at the same moment."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

from geodata.calendar import today
from geodata.database.scope import write_transaction
from geodata.vocabulary import Role, VisitKind
from tests.builders import World, small_world
from tests.visitors import add_accounts, application, signed_in

OPEN_ENDED = "2049-12-31"


@pytest.fixture
def committed(empty_db: Engine) -> Engine:
    """The small world with accounts, committed; three people hold cards, one of them a lapsed one beside."""
    with write_transaction(empty_db) as db:
        world = small_world(db)
        add_accounts(world)
        world.cards(f"""
            card  | person | body                     | from       | until
            K-Su1 | Su1    | 甲区农业农村局           | 2024-01-01 | {OPEN_ENDED}
            K-Old | Su1    | 甲区农业农村局           | 2020-01-01 | 2023-12-31
            K-Mar | Su1    | 甲区<b>市场</b>监督管理局 | 2024-01-01 | {OPEN_ENDED}
            K-Hu1 | Hu1    | 甲区农业农村局           | 2024-01-01 | {OPEN_ENDED}
        """)
    return empty_db


def own_page(engine: Engine, login: str, lang: str) -> str:
    return signed_in(application(engine), login).get(f"/me?lang={lang}").get_data(as_text=True)


def test_the_own_page_shows_each_card_with_its_body_and_whether_it_is_good_for_a_check(committed):
    for lang, lapsed in (("zh", "不能用于行政检查"), ("en", "not valid for administrative checks")):
        page = own_page(committed, "su1", lang)
        for number in ("K-Su1", "K-Old", "K-Mar"):
            assert number in page
        said = {number: page.split(number)[1].split("</li>")[0] for number in ("K-Su1", "K-Old", "K-Mar")}
        assert all("甲区" in each for each in said.values())
        assert "2023-12-31" in said["K-Old"]
        assert [lapsed in said[number] for number in ("K-Su1", "K-Old", "K-Mar")] == [False, True, True], said
        assert "<b>市场</b>" not in page
        assert "K-Hu1" not in page


def test_who_has_no_card_is_told_nothing_of_cards(committed):
    assert "K-" not in own_page(committed, "as1", "zh")


def test_of_two_sessions_that_reach_the_cap_at_once_one_is_refused(committed):
    """Cap 2: one check is there, two more are written at the same moment, each before the other has committed."""
    with write_transaction(committed) as db:
        World(db).checks(f"visit | on\nFirst | {today():%Y}-01-01")
    together = Barrier(2)

    def write(visit: str) -> str:
        try:
            with write_transaction(committed) as db:
                together.wait(30)
                World(db).checks(f"visit | on\n{visit} | {today():%Y}-01-01")
        except IntegrityError as refused:
            return str(refused.orig.diag.constraint_name)
        return "stored"

    with ThreadPoolExecutor(2) as hands:
        assert sorted(hands.map(write, ("A", "B"))) == ["check_past_cap", "stored"]
    with committed.connect() as db:
        assert db.execute(text("SELECT count(*) FROM grid.visit WHERE kind = 'administrative_check'")).scalar_one() == 2


def test_the_table_and_the_right_agree_on_what_an_assistant_may_record(committed):
    """The CHECK says it for any role that writes, the right for who signs in: over all kinds they say the same."""
    with committed.connect() as db:
        defined = db.execute(
            text("SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'ck_visit_assistant_observes'")
        ).scalar_one()
        allowed = defined.removeprefix("CHECK ")
        kinds = db.execute(
            text(
                f"SELECT kind, {allowed} AS by_table, EXISTS (SELECT FROM grid.permission_grant AS g WHERE"
                " g.role = visitor_role AND g.permission = grid.right_of_visit(kind)) AS by_right"
                " FROM unnest(CAST(:kinds AS text[])) AS k (kind), (VALUES (CAST(:role AS text))) AS r (visitor_role)"
            ),
            {"kinds": [kind.value for kind in VisitKind], "role": Role.ASSISTANT.value},
        ).all()
    assert len(kinds) == len(VisitKind)
    assert {kind: by_table for kind, by_table, _ in kinds} == {kind: by_right for kind, _, by_right in kinds}
