"""Feedback: who sees a message, who answers, and what the trail keeps of it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from geodata.errors import NotFound, UserError
from geodata.feedback import feedback_list
from geodata.feedback.feedback_acts import answer_feedback, ask_feedback
from tests.builders import World
from tests.spec.news.test_notices import acting
from tests.spec.test_access import allowed
from tests.visitors import add_accounts


@pytest.fixture
def asked(world: World) -> int:
    """The supervisor of T1 and one of T2 have asked; the number of the first."""
    add_accounts(world)
    with acting(world, "su1") as db:
        number = ask_feedback(db, " 第一行\r\n第二行 ", "/unit/T1?asof=2026-03-01")
    with acting(world, "su2") as db:
        ask_feedback(db, "另一条", "/\t/elsewhere/")
    return number


def seen(world: World, login: str) -> list[str]:
    with acting(world, login) as db:
        return [each.message for each in feedback_list.list_feedback(db)]


@pytest.mark.parametrize(("login", "messages"), [
    ("su1", ["第一行\n第二行"]), ("su2", ["另一条"]), ("hu1", []), ("as1", []), ("lin", []), ("ad", []),
    ("da", ["第一行\n第二行", "另一条"]), ("qin", ["第一行\n第二行", "另一条"]),
])  # fmt: skip
def test_the_asker_sees_the_own_and_whoever_answers_sees_all(world, asked, login, messages):
    assert seen(world, login) == messages
    with acting(world, login) as db:
        assert feedback_list.count_feedback(db) == len(messages)


def test_the_page_is_kept_as_its_address_and_no_other_servers(world, asked):
    with acting(world, "da") as db:
        assert [each.page_address for each in feedback_list.list_feedback(db)] == ["/unit/T1?asof=2026-03-01", None]


@pytest.mark.parametrize("login", ["su1", "su2", "hu1", "as1", "lin", "ad", "", "nobody"])
def test_nobody_else_answers(world, asked, login):
    assert not allowed(world, login, "SELECT 1 WHERE grid.answer_feedback(:n, 'x')", n=asked)
    assert not allowed(world, login, "UPDATE grid.feedback SET answer = 'x'")
    assert not allowed(world, login, "DELETE FROM grid.feedback")


def test_nobody_asks_in_anothers_name(world, asked):
    made = "INSERT INTO grid.feedback (login, message) VALUES ('hu1', 'x')"
    assert not allowed(world, "su1", made)
    assert not allowed(world, "", "SELECT 1 WHERE grid.ask_feedback('x', NULL) > 0")


def test_an_answer_is_said_again_and_the_former_one_is_in_the_trail(world, asked):
    for answer in ("稍后处理", "已修好"):
        with acting(world, "da") as db:
            answer_feedback(db, asked, answer)
    with acting(world, "su1") as db:
        (found,) = feedback_list.list_feedback(db)
    assert (found.answer, found.answered_by, found.is_open) == ("已修好", "da", False)
    trail = "SELECT login, before ->> 'answer', after ->> 'answer', after ? 'message' FROM grid.audit"
    lines = world.db.execute(text(f"{trail} WHERE table_name = 'feedback' ORDER BY id")).all()
    assert [tuple(line) for line in lines] == [("da", None, "稍后处理", False), ("da", "稍后处理", "已修好", False)]


def test_open_ones_stand_first(world, asked):
    with acting(world, "da") as db:
        answer_feedback(db, asked, "好")
        assert [each.is_open for each in feedback_list.list_feedback(db)] == [True, False]
        assert feedback_list.count_unanswered(db) == 1


@pytest.mark.parametrize("said", ["", " \r\n\t", "字" * 2001])
def test_what_says_nothing_or_too_much_is_refused_in_a_sentence(world, asked, said):
    with acting(world, "da") as db, pytest.raises(UserError) as refused:
        ask_feedback(db, said)
    assert refused.value.text == "feedback.error.length"
    with pytest.raises(UserError):
        answer_feedback(world.db, asked, said)


def test_lines_end_by_one_sign_so_that_what_a_browser_lets_through_fits(world, asked):
    with acting(world, "su1") as db:
        ask_feedback(db, "字\r\n" * 999 + "字末")


def test_a_message_that_is_not_there_is_said_so(world, asked):
    with acting(world, "da") as db, pytest.raises(NotFound):
        answer_feedback(db, 10**9, "x")


@pytest.mark.parametrize(("column", "value", "constraint"), [
    ("message", " ", "ck_feedback_message_said"), ("message", "字" * 2001, "ck_feedback_message_said"),
    ("page_address", "javascript:1", "ck_feedback_address_of_page"),
    ("page_address", "//elsewhere/", "ck_feedback_address_of_page"),
    ("answer", "x", "ck_feedback_answered_by_somebody"),
])  # fmt: skip
def test_the_database_keeps_it_whatever_writes(world, asked, column, value, constraint):
    with pytest.raises(IntegrityError) as refused, world.db.begin_nested():
        world.db.execute(text(f"UPDATE grid.feedback SET {column} = :value"), {"value": value})
    assert refused.value.orig.diag.constraint_name == constraint
