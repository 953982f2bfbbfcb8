"""The sentence under a subject's due state says the window, the delay and the deciding rule, in both languages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from dashboard.screens.subject.due_window import basis_words, window_of_row, window_sentence
from geodata.locale import Lang
from geodata.subjects.roster import SubjectCard

DAY = date(2026, 11, 23)
RULES = date(2026, 3, 1)
ROW: dict[str, Any] = {
    "state": "overdue",
    "last_on": date(2026, 5, 9),
    "due_on": date(2026, 11, 5),
    "interval_days": 180,
    "basis": "risk:low",
}
CARD = SubjectCard(
    subject_id="S1", name="合作社", village_code="V1", kinds=["cooperative"], sectors=["vegetable"], products=None,
    address=None, office_phone=None, uscc=None, id_tail=None, entry_on=date(2026, 1, 1), commitment_on=None,
    platform_on=None, lon=None, lat=None, datum=None, status="active", status_from=None, status_reason=None,
    risk="low", risk_from=None,
)  # fmt: skip


def said(lang: Lang = Lang.ZH, card: SubjectCard = CARD, **changes: Any) -> str:
    return " · ".join(window_sentence(window_of_row(ROW | changes, 30, DAY), card, RULES, lang))


def test_an_overdue_subject() -> None:
    assert said() == (
        "可办窗口 2026-10-06～2026-11-05，逾期 18 天 · 上次巡查 2026-05-09 · 低风险 180 天一次 · 规则 2026-03-01 版"
    )


@pytest.mark.parametrize(("due", "words"), [(date(2026, 11, 23), "今天到期"), (date(2026, 11, 24), "还有 1 天到期")])
def test_the_due_day_itself_is_not_late(due: date, words: str) -> None:
    assert words in said(due_on=due)


def test_one_never_patrolled_says_since_when_it_could_have_been() -> None:
    assert "2026-01-01 入册以来从未巡查" in said(state="never", last_on=None)


def test_a_paused_one_says_why_and_no_window() -> None:
    paused = replace(CARD, status="seasonal_stop", status_from=date(2026, 11, 1), status_reason="冬季休耕")
    text = said(state="paused", card=paused)
    assert text == "2026-11-01 起季节性停产：冬季休耕 · 停产期间另列，不计入覆盖与逾期"


@pytest.mark.parametrize(
    ("scope", "zh", "en"),
    [
        ("risk:low", "低风险", "Low risk"),
        ("kind:input_dealer", "农资经营", "Farm-input dealer"),
        ("kind:input_dealer@3-5", "农资经营（3–5 月）", "Farm-input dealer (months 3–5)"),
    ],
)
def test_the_deciding_rule_has_a_name(scope: str, zh: str, en: str) -> None:
    assert (basis_words(scope, Lang.ZH), basis_words(scope, Lang.EN)) == (zh, en)


def test_english_is_complete() -> None:
    assert said(Lang.EN).startswith("may be done 2026-10-06 to 2026-11-05, 18 days over · last patrol 2026-05-09")
