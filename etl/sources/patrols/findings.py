"""Findings (整改问题): a hidden danger found and the day of each step of its rectification (domain §1)."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import check_known, check_order, in_the_future, unknown_subject
from etl.kinds.source import Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SUBJECT

_STEPS = ("ordered_on", "rectified_on", "recheck_requested_on", "closed_on", "escalated_on")

SOURCE = Source(
    kind="findings",
    order=90,
    key=("finding_no",),
    export=Export("finding", within=OF_SUBJECT),
    fields=(
        Field("finding_no", CODE, Need.ALWAYS),
        Field("subject_id", CODE, Need.ALWAYS),
        Field("visit_no", CODE),
        Field("item", TEXT),
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
            columns=same_columns("subject_id", "visit_no", "item", "description", "found_on", "deadline_on", *_STEPS),
        ),
    ),
)
