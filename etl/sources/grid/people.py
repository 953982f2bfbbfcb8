"""People (人员): who may hold a post. The office phone may be published, the private mobile never is."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, MOBILE, PHONE, TEXT, YES_NO
from etl.kinds.source import Column, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_PERSON

SOURCE = Source(
    kind="people",
    order=20,
    key=("person_no",),
    export=Export("person", within=OF_PERSON, private=frozenset({"private_mobile"})),
    fields=(
        Field("person_no", CODE, Need.ALWAYS),
        Field("name", TEXT, Need.ALWAYS),
        Field("office_phone", PHONE),
        Field("private_mobile", MOBILE),
        Field("consent_publish", YES_NO),
    ),
    # a list that was exported since holds what is left of the person, and comes in again
    checks=(
        RowCheck(
            "person_erased",
            "person_no",
            "grid.erased_on(s.person_no) IS NOT NULL"
            " AND (s.name, s.office_phone, s.private_mobile, coalesce(s.consent_publish, false))"
            " IS DISTINCT FROM (grid.erased_name(), NULL::text, NULL::text, false)",
        ),
    ),
    targets=(
        Target(
            "person",
            key=same_columns("person_no"),
            columns=(
                *same_columns("name", "office_phone", "private_mobile"),
                Column("consent_publish", "coalesce(s.consent_publish, false)", ("consent_publish",)),
            ),
        ),
    ),
)
