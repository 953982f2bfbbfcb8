"""What a row of an administrative check is asked beside other visits: officers, cards, origin, item, the yearly cap."""

from __future__ import annotations

from etl.kinds.cell_types import TEXT
from etl.kinds.code_list import CODES
from etl.kinds.source import STAGE, Field, RowCheck
from etl.kinds.vocabulary_cells import word_cell
from geodata.words.visit_words import CheckOrigin

FIELDS = (
    Field("officers", CODES),
    Field("card_nos", CODES),
    Field("check_origin", word_cell(CheckOrigin), seldom=True),
    Field("legal_item", TEXT),
)

_IS_CHECK = "s.kind = 'administrative_check'"
_WHOLE = "s.officers IS NOT NULL AND s.card_nos IS NOT NULL"

DERIVED = (
    "check_faults",
    f"""CASE WHEN {_IS_CHECK} AND {_WHOLE} AND s.visited_on IS NOT NULL AND s.person_no IS NOT NULL
        AND s.visitor_role IS NOT NULL THEN (
            SELECT jsonb_object_agg(f.fault, f.said) FROM (
                SELECT fault, string_agg(detail, '; ' ORDER BY detail) AS said
                FROM grid.check_faults(s.visited_on, s.person_no, s.visitor_role, s.officers, s.card_nos)
                GROUP BY fault) AS f) END""",
)
"""A staged column, filled once a row: the word of each fault → what it is about; NULL without any."""


def _fault(key: str, column: str) -> RowCheck:
    """A fault that the database's own function finds."""
    found = f"s.check_faults ->> '{key}'"
    return RowCheck(key, column, f"{found} IS NOT NULL", found)


# a planned check the table has already is not asked again: a late one of an earlier day may have pushed it past the cap
_THERE = """EXISTS (
    SELECT FROM grid.visit AS v
    WHERE v.visit_no = {row}.visit_no AND v.subject_id = {row}.subject_id AND v.visited_on = {row}.visited_on
      AND v.kind = 'administrative_check' AND v.outcome = 'completed' AND v.check_origin = {row}.check_origin
)"""
# those before a row of the same subject in its year: of this file, and of the table where this file leaves them alone;
# of one day, what the table has came before what is new, as the table's own trigger counts
_BEFORE = f"""(
    SELECT count(*) FROM (
        SELECT o.visited_on, o.visit_no, {_THERE.format(row="o")} AS was_there FROM {STAGE} AS o
        WHERE NOT o.faulty AND o.subject_id = s.subject_id AND o.kind = 'administrative_check'
          AND o.outcome = 'completed'
        UNION ALL
        SELECT v.visited_on, v.visit_no, true FROM grid.visit AS v
        WHERE v.subject_id = s.subject_id AND v.kind = 'administrative_check' AND v.outcome = 'completed'
          AND NOT EXISTS (SELECT FROM {STAGE} AS f WHERE f.visit_no = v.visit_no)
    ) AS b
    WHERE b.visited_on BETWEEN date_trunc('year', s.visited_on)::date AND s.visited_on AND b.visit_no <> s.visit_no
      AND (b.visited_on < s.visited_on OR b.was_there OR b.visit_no < s.visit_no)
)"""

CHECKS = (
    *(
        RowCheck(f"check_no_{what}", column, f"{_IS_CHECK} AND s.{column} IS NULL")
        for what, column in (
            ("officers", "officers"),
            ("cards", "card_nos"),
            ("origin", "check_origin"),
            ("item", "legal_item"),
        )
    ),
    *(
        RowCheck("check_only", column, f"NOT {_IS_CHECK} AND s.{column} IS NOT NULL")
        for column in ("officers", "card_nos", "check_origin", "legal_item")
    ),
    *(
        _fault(key, column)
        for key, column in (
            ("check_one_officer", "officers"),
            ("check_officer_twice", "officers"),
            ("check_officer_unknown", "officers"),
            ("check_officer_post", "officers"),
            ("check_not_among", "person_no"),
            ("check_role", "visitor_role"),
            ("check_card_each", "card_nos"),
            ("check_card_unknown", "card_nos"),
            ("check_card_of_another", "card_nos"),
            ("check_card_expired", "card_nos"),
            ("check_card_not_yet", "card_nos"),
            ("check_body", "card_nos"),
        )
    ),
    RowCheck(
        "check_past_cap",
        "check_origin",
        f"{_IS_CHECK} AND s.check_origin = 'plan' AND s.outcome = 'completed' AND NOT {_THERE.format(row='s')}"
        f" AND {_BEFORE} >= grid.check_cap_on(s.visited_on)",
        f"concat({_BEFORE}, ' / ', grid.check_cap_on(s.visited_on))",
    ),
)
"""For the kind's ``checks``; a fault of what is known of officers and cards is one sentence each."""
