"""Findings (整改问题): a hidden danger found and the day of each step of its rectification (domain §1)."""

from __future__ import annotations

from etl.kinds.answer_cells import item_cell
from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import check_known, check_order, in_the_future, unknown_subject
from etl.kinds.source import Column, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SUBJECT
from etl.sources.patrols._visit_items import NAMED

_STEPS = ("ordered_on", "rectified_on", "recheck_requested_on", "closed_on", "escalated_on")

# the list of the visit; without one, that which the finding has, else that of its day
_LIST = """CASE WHEN s.visit_no IS NOT NULL
    THEN (SELECT v.checklist_no FROM grid.visit AS v WHERE v.visit_no = s.visit_no)
    ELSE coalesce((SELECT f.checklist_no FROM grid.finding AS f WHERE f.finding_no = s.finding_no AND f.visit_no IS NULL
                     AND f.found_on = s.found_on),
                  grid.checklist_for(s.subject_id, s.found_on)) END"""
_ITEM_MEANT = f"""FROM grid.checklist_item AS i WHERE i.checklist_no = {_LIST}
    AND s.item IN (i.item, i.wording, i.wording_en)"""

SOURCE = Source(
    kind="findings",
    order=90,
    key=("finding_no",),
    export=Export("finding", within=OF_SUBJECT),
    fields=(
        Field("finding_no", CODE, Need.ALWAYS),
        Field("subject_id", CODE, Need.ALWAYS),
        Field("visit_no", CODE),
        Field("item", item_cell(sorted(NAMED))),
        Field("description", TEXT, Need.ALWAYS),
        Field("found_on", DATE, Need.ALWAYS),
        Field("deadline_on", DATE, Need.ALWAYS),
        *(Field(step, DATE) for step in _STEPS),
    ),
    checks=(
        unknown_subject(),
        check_known("visit_no", "visit", "visit_no"),
        RowCheck(
            "visit_of_another",
            "visit_no",
            "EXISTS (SELECT FROM grid.visit AS v WHERE v.visit_no = s.visit_no AND v.subject_id <> s.subject_id)",
            "(SELECT v.subject_id FROM grid.visit AS v WHERE v.visit_no = s.visit_no)",
        ),
        RowCheck(
            "item_of_no_list",
            "item",
            f"s.item IS NOT NULL AND {_LIST} IS NOT NULL AND NOT EXISTS (SELECT {_ITEM_MEANT})",
            f"(SELECT concat(c.title, ' ', c.checklist_no) FROM grid.checklist AS c WHERE c.checklist_no = {_LIST})",
        ),
        *in_the_future("found_on", *_STEPS),
        check_order("deadline_on", "found_on", "before_found"),
        *(check_order(step, "found_on", "before_found") for step in _STEPS),
        RowCheck("closed_before_rectified", "closed_on", "s.closed_on < s.rectified_on", "s.rectified_on::text"),
        RowCheck("closed_not_rectified", "rectified_on", "s.closed_on IS NOT NULL AND s.rectified_on IS NULL"),
    ),
    targets=(
        Target(
            "finding",
            key=same_columns("finding_no"),
            columns=(
                *same_columns("subject_id", "visit_no"),
                Column("item", f"(SELECT i.item {_ITEM_MEANT})", ("item",)),
                *same_columns("description", "found_on", "deadline_on", *_STEPS),
            ),
        ),
    ),
)
