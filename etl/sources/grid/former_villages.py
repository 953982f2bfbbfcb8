"""Former villages (主体原属村): where a subject stood before a reorganisation moved it, until which day.

Written by the lineage of units itself; as a kind of its own it lets an export be loaded somewhere else.
"""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE
from etl.kinds.shared_checks import check_order, not_a_village, unknown_subject
from etl.kinds.source import STAGE, Column, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SUBJECT, OF_VILLAGE

# the other days of which something is said of the subject, in this file or before
_OVERLAPS = f"""FROM (
    SELECT o.to_on FROM {STAGE} AS o
    WHERE o.subject_id = s.subject_id AND o.to_on <> s.to_on AND NOT o.faulty
      AND coalesce(o.from_on, '-infinity') <= s.to_on AND coalesce(s.from_on, '-infinity') <= o.to_on
    UNION ALL
    SELECT upper(t.valid) - 1 FROM grid.former_village AS t
    WHERE t.subject_id = s.subject_id AND coalesce(lower(t.valid), '-infinity') <= s.to_on
      AND coalesce(s.from_on, '-infinity') < upper(t.valid)
      AND (lower(t.valid), upper(t.valid) - 1) IS DISTINCT FROM (s.from_on, s.to_on)
) AS x"""

SOURCE = Source(
    kind="former_villages",
    order=35,
    key=("subject_id", "to_on"),
    export=Export(
        "former_village",
        within=f"({OF_VILLAGE} OR {OF_SUBJECT})",
        columns={"from_on": "lower(t.valid)", "to_on": "upper(t.valid) - 1"},
        order="t.subject_id, t.valid",
    ),
    fields=(
        Field("subject_id", CODE, Need.ALWAYS),
        Field("village_code", CODE, Need.ALWAYS),
        Field("from_on", DATE),
        Field("to_on", DATE, Need.ALWAYS),
    ),
    checks=(
        unknown_subject(),
        *not_a_village(),
        check_order("to_on", "from_on"),
        RowCheck(
            "former_overlaps", "from_on", f"EXISTS (SELECT {_OVERLAPS})", f"(SELECT min(x.to_on)::text {_OVERLAPS})"
        ),
    ),
    targets=(
        Target(
            "former_village",
            key=(*same_columns("subject_id"), Column("valid", "daterange(s.from_on, s.to_on + 1)")),
            columns=same_columns("village_code"),
        ),
    ),
)
