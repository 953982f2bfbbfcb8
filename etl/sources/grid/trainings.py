"""Trainings (培训): who was trained when, on what, for how long, and whether the test was passed (domain §1, g2)."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT, YES_NO, number_cell
from etl.kinds.shared_checks import in_the_future, unknown_person
from etl.kinds.source import Export, Field, Need, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_PERSON

SOURCE = Source(
    kind="trainings",
    order=50,
    key=("person_no", "trained_on", "topic"),
    export=Export("training", within=OF_PERSON),
    fields=(
        Field("person_no", CODE, Need.ALWAYS),
        Field("trained_on", DATE, Need.ALWAYS),
        Field("topic", TEXT, Need.ALWAYS),
        Field("hours", number_cell(0.1, 1000), Need.ALWAYS),
        Field("passed", YES_NO, Need.ALWAYS),
    ),
    checks=(unknown_person(), *in_the_future("trained_on")),
    targets=(
        Target(
            "training", key=same_columns("person_no", "trained_on", "topic"), columns=same_columns("hours", "passed")
        ),
    ),
)
