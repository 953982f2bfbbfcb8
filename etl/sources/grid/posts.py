"""Posts (任职): who answers for a unit or a subject, in which role, from when until when."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import check_known, check_order, unknown_person, unknown_subject
from etl.kinds.source import STAGE, Column, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_POST
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import SINGLE_HOLDER_ROLES, SUBJECT_ROLES, Role

_OF_SUBJECT = ", ".join(f"'{role.value}'" for role in SUBJECT_ROLES)
# the dated rule of the post's first day
_MAY_STAND = """EXISTS (SELECT FROM grid.role_level AS r
    WHERE r.role = s.role AND r.level = u.level AND r.valid @> s.from_on)"""
_SINGLE = ", ".join(sorted(f"'{role.value}'" for role in SINGLE_HOLDER_ROLES))
# the last day in post is inclusive in files, the range's upper bound exclusive
_VALID = "daterange({0}.from_on, {0}.to_on + 1)"

# Every other post on the same place and role: those of this file, and those of the table that this file leaves alone.
_OTHERS = f"""(
    SELECT o.post_no, o.person_no, {_VALID.format("o")} AS valid, o.acting_for
    FROM {STAGE} AS o
    WHERE NOT o.faulty AND o.role = s.role AND o.place = s.place AND o.post_no <> s.post_no
      AND (o.to_on IS NULL OR o.to_on >= o.from_on)
    UNION ALL
    SELECT p.post_no, p.person_no, p.valid, p.acting_for
    FROM grid.post AS p
    WHERE p.role = s.role AND p.place = s.place
      AND NOT EXISTS (SELECT FROM {STAGE} AS f WHERE f.post_no = p.post_no)
)"""
_IN_ORDER = "(s.to_on IS NULL OR s.to_on >= s.from_on)"
_SECOND_HOLDER = (
    f"FROM {_OTHERS} AS x WHERE {_IN_ORDER} AND s.role IN ({_SINGLE}) AND s.acting_for IS NULL "
    f"AND x.acting_for IS NULL AND x.person_no <> s.person_no AND x.valid && {_VALID.format('s')}"
)
_TWICE = f"FROM {_OTHERS} AS x WHERE {_IN_ORDER} AND x.person_no = s.person_no AND x.valid && {_VALID.format('s')}"
# Through a page nobody gives or ends a post that opens more than the own ones, nor gives one to himself; an own one may
# be ended.
_STANDING = "SELECT FROM grid.post AS p WHERE p.post_no = s.post_no AND "
_NOT_YOURS = f"""grid.signed_in() IS NOT NULL
    AND (NOT grid.may_give_post(s.role, s.person_no)
         OR EXISTS ({_STANDING} NOT grid.may_give_post(p.role, p.person_no)))
    AND NOT EXISTS ({_STANDING}
        (p.person_no, p.role, p.unit_code) IS NOT DISTINCT FROM (s.person_no, s.role, s.unit_code)
        AND CASE WHEN {_IN_ORDER} THEN p.valid @> {_VALID.format("s")}
                 AND (p.valid = {_VALID.format("s")} OR grid.may_give_post(p.role, NULL)) END)"""

SOURCE = Source(
    kind="posts",
    order=40,
    key=("post_no",),
    export=Export("post", within=OF_POST, columns={"from_on": "lower(t.valid)", "to_on": "upper(t.valid) - 1"}),
    fields=(
        Field("post_no", CODE),
        Field("person_no", CODE, Need.ALWAYS),
        Field("role", word_cell(Role), Need.ALWAYS),
        Field("unit_code", CODE),
        Field("subject_id", CODE),
        Field("from_on", DATE, Need.ALWAYS),
        Field("to_on", DATE),
        Field("acting_for", CODE),
        Field("document_no", TEXT),
    ),
    extra={"place": "text"},
    derive=(
        ("place", "coalesce('u:' || s.unit_code, 's:' || s.subject_id)"),
        (
            "post_no",
            "concat_ws(':', s.person_no, s.role, coalesce(s.unit_code, s.subject_id), to_char(s.from_on, 'YYYYMMDD'))",
        ),
    ),
    index=("place", "role"),
    checks=(
        unknown_person(),
        check_known("unit_code", "unit", "code"),
        unknown_subject(),
        unknown_person("acting_for"),
        RowCheck("person_erased", "person_no", "coalesce(s.to_on, 'infinity') >= grid.erased_on(s.person_no)"),
        RowCheck("acting_for_self", "acting_for", "s.acting_for = s.person_no"),
        RowCheck("post_needs_subject", "subject_id", f"s.role IN ({_OF_SUBJECT}) AND s.subject_id IS NULL"),
        RowCheck("post_needs_unit", "unit_code", f"s.role NOT IN ({_OF_SUBJECT}) AND s.unit_code IS NULL"),
        RowCheck("post_one_place", "unit_code", "s.unit_code IS NOT NULL AND s.subject_id IS NOT NULL"),
        RowCheck(
            "post_level",
            "unit_code",
            f"EXISTS (SELECT FROM grid.unit AS u WHERE u.code = s.unit_code AND NOT {_MAY_STAND})"
            f" AND s.role NOT IN ({_OF_SUBJECT})",
            "(SELECT u.level FROM grid.unit AS u WHERE u.code = s.unit_code)",
        ),
        check_order("to_on", "from_on"),
        RowCheck("office_post", "role", _NOT_YOURS),
        RowCheck(
            "post_second_holder",
            "from_on",
            f"EXISTS (SELECT {_SECOND_HOLDER})",
            f"(SELECT x.person_no || ' (' || x.post_no || ')' {_SECOND_HOLDER} ORDER BY x.post_no LIMIT 1)",
        ),
        RowCheck(
            "post_twice",
            "from_on",
            f"EXISTS (SELECT {_TWICE})",
            f"(SELECT x.post_no {_TWICE} ORDER BY x.post_no LIMIT 1)",
        ),
    ),
    targets=(
        Target(
            "post",
            key=same_columns("post_no"),
            columns=(
                *same_columns("person_no", "role", "unit_code", "subject_id", "acting_for", "document_no"),
                Column("valid", "daterange(s.from_on, s.to_on + 1)", ("from_on",)),
            ),
            replace=True,
        ),
    ),
)
