"""Enforcement cards (执法证): who may show which card, issued by whom, from when until when (国办发〔2024〕54号)."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import check_order, unknown_person
from etl.kinds.source import STAGE, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_PERSON

_DAYS = "daterange({0}.issued_on, {0}.expires_on, '[]')"
_IN_ORDER = "s.expires_on >= s.issued_on"
_OVERLAPS = f"""FROM (
    SELECT o.card_no, o.issued_on, o.expires_on FROM {STAGE} AS o WHERE NOT o.faulty AND o.expires_on >= o.issued_on
    UNION ALL
    SELECT c.card_no, c.issued_on, c.expires_on FROM grid.enforcement_card AS c
    WHERE NOT EXISTS (SELECT FROM {STAGE} AS f WHERE (f.card_no, f.issued_on) = (c.card_no, c.issued_on))
) AS x WHERE {_IN_ORDER} AND x.card_no = s.card_no AND x.issued_on <> s.issued_on
    AND {_DAYS.format("x")} && {_DAYS.format("s")}"""
_NEEDED = """FROM grid.enforcement_card AS c JOIN grid.visit AS v ON v.kind = 'administrative_check'
    AND v.card_nos @> ARRAY[c.card_no] AND v.visited_on BETWEEN c.issued_on AND c.expires_on
    WHERE (c.card_no, c.issued_on) = (s.card_no, s.issued_on)
      AND (c.person_no <> s.person_no OR v.visited_on > s.expires_on)"""

SOURCE = Source(
    kind="enforcement_cards",
    order=55,
    key=("card_no", "issued_on"),
    export=Export("enforcement_card", within=OF_PERSON),
    fields=(
        Field("card_no", CODE, Need.ALWAYS),
        Field("person_no", CODE, Need.ALWAYS),
        Field("body", TEXT, Need.ALWAYS),
        Field("issued_on", DATE, Need.ALWAYS),
        Field("expires_on", DATE, Need.ALWAYS),
    ),
    checks=(
        unknown_person(),
        check_order("expires_on", "issued_on"),
        RowCheck(
            "card_overlaps", "issued_on", f"EXISTS (SELECT {_OVERLAPS})", f"(SELECT min(x.issued_on)::text {_OVERLAPS})"
        ),
        RowCheck("card_in_use", "expires_on", f"EXISTS (SELECT {_NEEDED})", f"(SELECT min(v.visit_no) {_NEEDED})"),
    ),
    targets=(
        Target(
            "enforcement_card",
            key=same_columns("card_no", "issued_on"),
            columns=same_columns("person_no", "body", "expires_on"),
            replace=True,
        ),
    ),
)
