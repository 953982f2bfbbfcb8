"""The work list is picked out, counted and cut in SQL: the same items as one would pick by reading every row."""

from __future__ import annotations

import pandas as pd
import pytest
from sqlalchemy import text

from dashboard.request.signed_in import standing_in
from dashboard.request.view import View
from dashboard.screens.work import view_model
from dashboard.screens.work.view_model import MINE, OVERDUE, STANDS, UNMENDED, WorkViewModel
from geodata.calendar import today
from geodata.database.scope import read_transaction, write_transaction
from geodata.integrity.run_checks import run_checks
from geodata.integrity.work_list import count_work_items, list_work_items
from geodata.integrity.work_list_sql import WHAT, sentence_words
from geodata.locale import Lang
from geodata.vocabulary import OPEN_WORK, WorkState
from tests.builders import small_world
from tests.visitors import add_accounts, application

PERSON = "Hu1"
NAME = "甲{size}{at}_%"
"""Looks like places of a sentence and like a pattern, and is neither."""


@pytest.fixture(scope="module")
def engine(module_db):
    """The small world with faults of many kinds in every state."""
    with write_transaction(module_db) as db:
        add_accounts(small_world(db))
        db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2' OR unit_code = 'V2'"))
        db.execute(
            text("UPDATE grid.subject SET name = :name, village_code = 'V1' WHERE subject_id IN ('S1', 'S2')"),
            {"name": NAME},
        )
        db.execute(text("UPDATE grid.subject SET point = NULL, source_x = NULL, source_y = NULL, source_datum = NULL"
                        " WHERE subject_id = 'S5'"))  # fmt: skip
        run_checks(db, today())
        db.execute(
            text(
                "UPDATE grid.work_item SET state = 'assigned', owner_no = :who, due_on = current_date - 3"
                " WHERE item_no IN (SELECT item_no FROM grid.work_item ORDER BY item_no LIMIT 2)"
            ),
            {"who": PERSON},
        )
    return module_db


def everything(engine, lang: Lang, within: str | None = None) -> pd.DataFrame:
    with read_transaction(engine) as db:
        return list_work_items(db, today(), within=within, states=WorkState, lang=lang)


@pytest.mark.parametrize("lang", Lang)
def test_the_sentence_in_sql_is_the_one_that_is_shown(engine, lang):
    shown = everything(engine, lang).set_index("item_no")["what"]
    assert len(shown) >= 5
    with read_transaction(engine) as db:
        said = db.execute(text(f"SELECT w.item_no, {WHAT} FROM grid.work_item AS w"), sentence_words(lang))
        assert {row[0]: " ".join(row[1].split()) for row in said} == {
            number: " ".join(what.split()) for number, what in shown.items()
        }


def by_reading(frame: pd.DataFrame, word: str) -> pd.Series:
    """Which rows stand as a word says, by looking at each."""
    unmended = frame["state"].isin(OPEN_WORK)
    chosen = {UNMENDED: unmended, MINE: unmended & (frame["owner_no"] == PERSON), OVERDUE: frame["is_overdue"] == True}  # noqa: E712
    return chosen.get(word, frame["state"] == word)


@pytest.mark.parametrize("lang", Lang)
@pytest.mark.parametrize("unit", [None, "V1"])
def test_each_pick_is_what_one_would_pick_by_hand(engine, unit, lang):
    app = application(engine)
    visitor = app.ctx.find_visitor("hu1")
    assert visitor is not None
    with standing_in(visitor):
        seen = WorkViewModel(app.ctx, View(unit=unit, lang=lang))
        whole = app.ctx.query(list_work_items, today(), within=seen.unit, states=tuple(WorkState), lang=lang)
        texts = [None, NAME, "s1", *[what[2:9] for what in whole["what"][:4]], "没有这样的话"]
        for word in STANDS:
            kept = whole[by_reading(whole, word)]
            counts = kept["check_key"].value_counts().to_dict()
            for check in (None, whole["check_key"].iloc[-1]):
                for find in texts:
                    model = WorkViewModel(
                        app.ctx, View(unit=unit, lang=lang, only=word or None, check=check, find=find)
                    )
                    expected = kept if check is None else kept[kept["check_key"] == check]
                    if find and len(expected):
                        names = ["what", "unit_name", "town_name", "owner_name", "item_no"]
                        said = expected[names].fillna("").agg(" ".join, axis=1).astype(str)
                        expected = expected[said.str.contains(find, case=False, regex=False)]
                    assert list(model.shown["item_no"]) == list(expected["item_no"]), (word, check, find)
                    assert model.total == len(expected)
                    assert model.checks == counts


def test_a_page_is_cut_out_in_the_order_of_the_list(engine):
    numbers = list(everything(engine, Lang.ZH)["item_no"])
    with read_transaction(engine) as db:
        pages = [
            list(list_work_items(db, today(), states=WorkState, limit=2, offset=start)["item_no"])
            for start in range(0, len(numbers) + 2, 2)
        ]
        assert count_work_items(db, today(), states=WorkState) == len(numbers)
    assert [number for page in pages for number in page] == numbers
    assert pages[-1] == []


def test_the_page_reads_no_more_than_it_shows(engine, monkeypatch):
    monkeypatch.setattr(view_model, "PAGE_SIZE", 1)
    app = application(engine)
    visitor = app.ctx.find_visitor("qin")
    assert visitor is not None
    with standing_in(visitor):
        model = WorkViewModel(app.ctx, View())
        assert len(model.shown) == 1
        assert model.total == sum(model.stand_counts(UNMENDED).values()) > 1
