"""Lineage (网格沿革): which units came after which in a reorganisation; closes the old ones and places their subjects.

The new units are loaded first, with their day (``units``). A village merged, moved or renamed hands its subjects to its
one successor; of a village that was split each subject goes where its point lies. Nobody is appointed by it: posts on
units that end are reported (``etl.cli.reorganisation_report``), new ones come with ``posts``.
"""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT, Percent, number_cell
from etl.kinds.lineage_places import LINEAGE, write_lineage
from etl.kinds.shared_checks import check_known
from etl.kinds.source import STAGE, Export, Field, Need, RowCheck, Source
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import Succession

_LEVEL = "(SELECT u.level FROM grid.unit AS u WHERE u.code = s.{0})"
_IN_FORCE = "EXISTS (SELECT FROM grid.unit_version AS v WHERE v.code = s.{0} AND v.valid @> {1})"
# the same reorganisation, of this file (a faulty row counts itself in) or loaded before
_SAME_DAY = f"""(
    SELECT o.old_code, o.new_code, o.share FROM {STAGE} AS o
    WHERE o.from_on = s.from_on AND (NOT o.faulty OR o.row_no = s.row_no)
    UNION SELECT l.old_code, l.new_code, l.share FROM grid.unit_lineage AS l WHERE l.from_on = s.from_on
      AND NOT EXISTS (SELECT FROM {STAGE} AS o WHERE o.old_code = l.old_code AND o.new_code = l.new_code
                      AND o.from_on = l.from_on))"""
_ENDS = f"NOT EXISTS (SELECT FROM {_SAME_DAY} AS a WHERE a.new_code = s.old_code)"
_LEFT_BELOW = """FROM grid.unit_version AS v WHERE v.parent_code = s.old_code AND v.valid @> s.from_on"""

SOURCE = Source(
    kind="lineage",
    order=15,
    key=("old_code", "new_code", "from_on"),
    export=Export("unit_lineage", within="t.old_code = ANY(:codes) OR t.new_code = ANY(:codes)"),
    fields=(
        Field("old_code", CODE, Need.ALWAYS),
        Field("new_code", CODE, Need.ALWAYS),
        Field("from_on", DATE, Need.ALWAYS),
        Field("how", word_cell(Succession), Need.ALWAYS),
        Field("share", number_cell(0.0001, 1, percent=Percent.SHARE)),
        Field("document_no", TEXT),
    ),
    checks=(
        check_known("old_code", "unit", "code"),
        check_known("new_code", "unit", "code"),
        RowCheck(
            "lineage_level",
            "new_code",
            f"{_LEVEL.format('old_code')} <> {_LEVEL.format('new_code')}",
            _LEVEL.format("old_code"),
        ),
        RowCheck(
            "lineage_not_before",
            "old_code",
            f"NOT {_IN_FORCE.format('old_code', '(s.from_on - 1)')}",
            "s.from_on::text",
        ),
        RowCheck(
            "lineage_not_after", "new_code", f"NOT {_IN_FORCE.format('new_code', 's.from_on')}", "s.from_on::text"
        ),
        RowCheck(
            "lineage_shares",
            "share",
            f"(SELECT sum(a.share) FROM {_SAME_DAY} AS a WHERE a.old_code = s.old_code) > 1.0001",
            f"(SELECT sum(a.share)::text FROM {_SAME_DAY} AS a WHERE a.old_code = s.old_code)",
        ),
        RowCheck(
            "lineage_left_below",
            "old_code",
            f"{_ENDS} AND EXISTS (SELECT {_LEFT_BELOW})",
            f"(SELECT min(v.code || ' ' || v.name) {_LEFT_BELOW})",
        ),
    ),
    targets=(LINEAGE,),
    write=write_lineage,
)
