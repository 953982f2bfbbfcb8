"""Checklists are dated data (domain §1): a visit is asked by the list of its subject and day, and keeps it for ever."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

NINE = [
    "licence",
    "vouchers",
    "purchase_ledger",
    "sales_ledger",
    "restricted",
    "goods",
    "premises",
    "recovery",
    "commitment",
]
SEVEN = ["records", "inputs", "use", "preservatives", "waste", "certificates", "other"]


def add_list(world, number, kinds, from_on, items):
    world.put("checklist", checklist_no=number, title=number, kinds=kinds, from_on=from_on, source="示文")
    for place, item in enumerate(items, start=1):
        world.put("checklist_item", checklist_no=number, item=item, position_no=place, wording=f"查{item}")


def add_visit(world, number, subject, on, items=None, notes=None, list_no=None):
    world.db.execute(
        text(
            "INSERT INTO grid.visit (visit_no, subject_id, kind, outcome, visited_on, recorded_at, person_no,"
            " visitor_role, items, item_notes, checklist_no, batch_id)"
            " VALUES (:no, :subject, 'patrol', 'completed', :day,"
            " CAST(:day AS timestamp) + interval '18 hours', 'Su1', 'supervisor', CAST(:items AS jsonb),"
            " CAST(:notes AS jsonb), :list, :batch)"
        ),
        {
            "no": number, "subject": subject, "day": date.fromisoformat(on), "items": json.dumps(items or {}),
            "notes": json.dumps(notes or {}), "list": list_no, "batch": world.batch,
        },
    )  # fmt: skip


def list_of(world, visit):
    return world.db.execute(
        text("SELECT checklist_no FROM grid.visit WHERE visit_no = :no"), {"no": visit}
    ).scalar_one()


def refusal(world, act):
    with pytest.raises(IntegrityError) as caught, world.db.begin_nested():
        act()
    return caught.value.orig.diag.constraint_name


@pytest.mark.parametrize(
    ("subject", "day", "asked"),
    [
        ("S1", "2026-03-31", "producer"),
        ("S4", "2026-03-31", "producer"),
        ("S5", "2026-01-01", "dealer"),
        ("S5", "2026-03-31", "dealer"),
        ("S5", "2026-04-01", "dealer_2026"),
        ("S5", "2026-11-01", "dealer_2026"),
        ("S1", "2026-04-01", "producer"),
        ("S3", "2026-05-01", "farm_2026"),
        ("S2", "2026-05-01", "producer"),
    ],
)
def test_the_list_of_a_kind_of_subject_on_a_day(world, subject, day, asked):
    """A list holds from its first day, that day included, until the next list of the same kind begins."""
    add_list(world, "dealer_2026", "{input_dealer}", "2026-04-01", [*NINE, "farm_film"])
    add_list(world, "farm_2026", "{family_farm}", "2026-05-01", SEVEN)
    add_visit(world, "X", subject, day)
    assert list_of(world, "X") == asked


def test_the_seven_and_the_nine_are_there_from_the_beginning_in_their_order(world):
    rows = world.db.execute(
        text(
            "SELECT c.checklist_no, array_agg(i.item ORDER BY i.position_no), bool_and(c.source <> '')"
            " FROM grid.checklist AS c JOIN grid.checklist_item AS i USING (checklist_no) GROUP BY 1 ORDER BY 1"
        )
    ).all()
    assert [tuple(row) for row in rows] == [("dealer", NINE, True), ("producer", SEVEN, True)]


def test_a_subject_of_several_kinds_is_asked_by_the_first(world):
    """A cooperative that also sells inputs answers the seven; where the nine were used the visit says so."""
    world.db.execute(text("UPDATE grid.subject SET kinds = '{cooperative,input_dealer}' WHERE subject_id = 'S2'"))
    add_visit(world, "X", "S2", "2026-03-01")
    add_visit(world, "Y", "S2", "2026-03-01", {"licence": "no"}, list_no="dealer")
    assert (list_of(world, "X"), list_of(world, "Y")) == ("producer", "dealer")


@pytest.mark.parametrize(
    ("subject", "items", "notes", "refused"),
    [
        ("S5", {"licence": "yes", "goods": "no", "premises": "na"}, {"goods": "两瓶过期"}, None),
        ("S5", {}, {"goods": "下次再看"}, None),
        ("S1", dict.fromkeys(SEVEN, "yes"), {}, None),
        ("S1", {"licence": "yes"}, {}, "visit_item_of_list"),
        ("S5", {"records": "yes"}, {}, "visit_item_of_list"),
        ("S5", {"licence": "yes"}, {"records": "缺"}, "visit_item_of_list"),
        ("S5", {"licence": "maybe"}, {}, "ck_visit_items_answered"),
        ("S5", {"licence": True}, {}, "ck_visit_items_answered"),
        ("S5", {"licence": ["yes"]}, {}, "ck_visit_items_answered"),
        ("S5", {}, {"licence": ""}, "ck_visit_notes_plain"),
        ("S5", {}, {"licence": 3}, "ck_visit_notes_plain"),
        ("S5", {}, {"licence": "字" * 500}, None),
        ("S5", {}, {"licence": "字" * 501}, "ck_visit_notes_plain"),
    ],
)
def test_each_answer_belongs_to_the_list_of_its_visit(world, subject, items, notes, refused):
    """Yes, no or not applicable, with a note of at most 500 signs; the database itself refuses anything else."""
    if refused:
        assert refusal(world, lambda: add_visit(world, "X", subject, "2026-03-01", items, notes)) == refused
    else:
        add_visit(world, "X", subject, "2026-03-01", items, notes)
        kept = world.db.execute(text("SELECT items, item_notes FROM grid.visit WHERE visit_no = 'X'")).one()
        assert tuple(kept) == (items, notes)


def test_a_list_that_changes_on_the_day_of_a_visit(world):
    """What was recorded that day before keeps the old list; what comes later is of the new; late entry of its day."""
    add_visit(world, "morning", "S5", "2026-04-01", {"licence": "yes"})
    add_list(world, "dealer_2026", "{input_dealer}", "2026-04-01", [*NINE, "farm_film"])
    add_visit(world, "afternoon", "S5", "2026-04-01", {"farm_film": "no"})
    add_visit(world, "late", "S5", "2026-03-31")
    add_visit(world, "paper", "S5", "2026-04-01", {"licence": "no"}, list_no="dealer")
    assert list_of(world, "morning") == "dealer"
    assert list_of(world, "afternoon") == "dealer_2026"
    assert list_of(world, "late") == "dealer"
    assert list_of(world, "paper") == "dealer"
    world.db.execute(text("UPDATE grid.visit SET items = '{\"licence\": \"no\"}' WHERE visit_no = 'morning'"))
    over = refusal(world, lambda: add_visit(world, "X", "S5", "2026-04-02", list_no="dealer"))
    early = refusal(world, lambda: add_visit(world, "X", "S5", "2026-03-31", list_no="dealer_2026"))
    assert (over, early) == ("visit_list_of_day", "visit_list_of_day")


def test_no_list_is_taken_from_under_a_recorded_visit(world):
    """Neither by one that begins before the visit, nor by changing its items or first day, nor by removing it."""
    add_list(world, "dealer_2026", "{input_dealer}", "2026-04-01", [*NINE, "farm_film"])
    add_visit(world, "X", "S5", "2026-06-01", {"farm_film": "yes"})

    def change(statement):
        return refusal(world, lambda: world.db.execute(text(statement)))

    taken = refusal(world, lambda: add_list(world, "dealer_may", "{input_dealer}", "2026-05-01", NINE))
    assert taken == "checklist_takes_over"
    assert change("UPDATE grid.checklist SET from_on = '2026-06-02' WHERE checklist_no = 'dealer_2026'") == (
        "checklist_in_use"
    )
    assert change("DELETE FROM grid.checklist_item WHERE item = 'farm_film'") == "checklist_in_use"
    assert change("UPDATE grid.checklist_item SET wording = 'x' WHERE item = 'farm_film'") == "checklist_in_use"
    assert change("DELETE FROM grid.checklist WHERE checklist_no = 'dealer_2026'") in {
        "fk_visit_checklist_no", "fk_checklist_item_checklist_no",
    }  # fmt: skip
    add_list(world, "dealer_june", "{input_dealer}", "2026-06-01", NINE)
    add_list(world, "farm_may", "{family_farm}", "2026-05-01", SEVEN)
    assert list_of(world, "X") == "dealer_2026"


def test_a_kind_of_subject_has_one_list_a_day(world):
    add_list(world, "dealer_2026", "{input_dealer}", "2026-04-01", NINE)
    both = refusal(world, lambda: add_list(world, "all", "{grower,input_dealer}", "2026-04-01", SEVEN))
    assert both == "ex_checklist_one_a_day"


@pytest.mark.parametrize(
    ("visit", "subject", "item", "kept"),
    [
        ("X", "S5", "restricted", "dealer"),
        ("X", "S5", None, None),
        (None, "S5", "restricted", "dealer"),
        (None, "S1", "use", "producer"),
        (None, "S1", None, None),
        ("X", "S5", "use", "fk_finding_item"),
        (None, "S1", "restricted", "fk_finding_item"),
        (None, "S1", "用药", "fk_finding_item"),
    ],
)
def test_a_finding_is_under_an_item_of_its_visits_list(world, visit, subject, item, kept):
    """Without a visit, of the list of its subject and day; it may stand under no item."""
    add_visit(world, "X", "S5", "2026-03-01")

    def find():
        world.put(
            "finding", finding_no="F", subject_id=subject, visit_no=visit, item=item, description="缺",
            found_on="2026-03-01", deadline_on="2026-03-15",
        )  # fmt: skip

    if kept == "fk_finding_item":
        assert refusal(world, find) == kept
    else:
        find()
        assert world.db.execute(text("SELECT checklist_no FROM grid.finding")).scalar_one() == kept
