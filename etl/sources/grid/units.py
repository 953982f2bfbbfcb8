"""Units (网格单元), from the root down to the lowest: names, parents and boundaries, each as a dated version.

A row without 生效日期 speaks of the version in force; one with a date opens a version on that day and closes the one
before. What a file does not have (a boundary file has no parents, a register no boundaries) is kept.
"""

from __future__ import annotations

import pandas as pd

from etl.kinds.cell_types import CODE, DATE, TEXT, YES_NO
from etl.kinds.source import STAGE, Export, Field, Need, RowCheck, Shape, Source
from etl.kinds.unit_versions import write_units
from etl.kinds.vocabulary_cells import word_cell
from geodata.levels import current_levels
from geodata.unit_code import parse_unit_code
from geodata.vocabulary import UnitKind

# national registers print the codes of districts and towns without their zeros
_TO_TWELVE_DIGITS = (("^([1-9][0-9]{5})$", r"\g<1>000000"), ("^([1-9][0-9]{8})$", r"\g<1>000"))
_LEVEL = "(SELECT l.key FROM grid.level AS l WHERE s.kind = ANY (l.kinds))"
_ABOVE = "(SELECT l.above FROM grid.level AS l WHERE l.key = s.level)"
_BELOW_ROOT = f"{_ABOVE} IS NOT NULL"
_IS_ROOT = "s.level = (SELECT l.key FROM grid.level AS l WHERE l.rank_no = 0)"
_ONE_ROOT = "NOT (SELECT l.has_several_roots FROM grid.level AS l WHERE l.rank_no = 0)"

# The version a row speaks of or follows: of its date, else the newest before it. Where the file tells a unit's whole
# history, its undated row is the first version and not the newest.
_BASE = f"""(
    SELECT v.id FROM grid.unit_version AS v
    WHERE v.code = s.code AND (s.valid_from IS NULL OR lower(v.valid) IS NULL OR lower(v.valid) <= s.valid_from)
    ORDER BY CASE WHEN s.valid_from IS NULL
                   AND EXISTS (SELECT FROM {STAGE} AS o WHERE o.code = s.code AND o.valid_from IS NOT NULL)
                  THEN coalesce(lower(v.valid), '-infinity') END ASC NULLS LAST,
             lower(v.valid) DESC NULLS LAST
    LIMIT 1)"""
_OF_BASE = "(SELECT v.{0} FROM grid.unit_version AS v WHERE v.id = s.base_id)"

_PARENT_LEVEL = f"""coalesce(
    (SELECT min(o.level) FROM {STAGE} AS o WHERE o.code = s.parent_code),
    (SELECT u.level FROM grid.unit AS u WHERE u.code = s.parent_code))"""
_WRONG_LEVEL = f"{_BELOW_ROOT} AND {_PARENT_LEVEL} <> {_ABOVE}"
_NO_PARENT = f"""NOT EXISTS (SELECT FROM {STAGE} AS o WHERE o.code = s.parent_code)
    AND NOT EXISTS (SELECT FROM grid.unit AS u WHERE u.code = s.parent_code)"""
_PARENT_SHAPE = f"""coalesce(
    (SELECT o.geom FROM {STAGE} AS o WHERE o.code = s.parent_code AND o.geom IS NOT NULL AND NOT o.faulty LIMIT 1),
    (SELECT v.geom FROM grid.unit_version AS v WHERE v.code = s.parent_code AND v.geom IS NOT NULL
     ORDER BY lower(v.valid) DESC NULLS LAST LIMIT 1))"""
_OWN_M = "ST_Transform(s.geom, CAST(:measure_epsg AS integer))"
_PARENT_M = "ST_Transform(p.geom, CAST(:measure_epsg AS integer))"
_STANDS_OUT = f"""EXISTS (SELECT FROM (SELECT {_PARENT_SHAPE} AS geom) AS p
    WHERE NOT ST_CoveredBy(s.geom, p.geom) AND NOT ST_CoveredBy({_OWN_M}, ST_Buffer({_PARENT_M}, :tolerance_m)))"""
_HECTARES_OUT = f"""(SELECT round((ST_Area(ST_Difference({_OWN_M}, {_PARENT_M})) / 1e4)::numeric, 1)::text
    FROM (SELECT {_PARENT_SHAPE} AS geom) AS p)"""
# the unit beside this one that bears the name the row gives
_NAMESAKE = """(SELECT min(v.code) FROM grid.unit_version AS v
    WHERE v.name = s.name AND v.code <> s.code AND v.level = s.level AND upper_inf(v.valid)
      AND v.parent_code =
          (SELECT b.parent_code FROM grid.unit_version AS b WHERE b.id = s.base_id))"""
_ROOT_BESIDE = """(SELECT min(u.code) FROM grid.unit AS u JOIN grid.level AS l ON l.key = u.level
    WHERE l.rank_no = 0 AND u.code <> s.code)"""
_ROOT_IN_FILE = f"(SELECT min(o.code) FROM {STAGE} AS o WHERE o.level = s.level AND o.code <> s.code)"
_NONE_STANDS = "NOT EXISTS (SELECT FROM grid.unit AS u JOIN grid.level AS l ON l.key = u.level WHERE l.rank_no = 0)"
# all above a unit, by what the file says and else by what stands, until it comes round to the unit itself
_ROUND = f"""(
    WITH RECURSIVE above AS (
        SELECT s.parent_code AS code, 1 AS step
        UNION
        SELECT coalesce((SELECT min(o.parent_code) FROM {STAGE} AS o WHERE o.code = a.code),
                        (SELECT min(v.parent_code) FROM grid.unit_version AS v
                         WHERE v.code = a.code AND upper_inf(v.valid))), a.step + 1
        FROM above AS a WHERE a.code IS NOT NULL AND a.code <> s.code AND a.step < 30
    )
    SELECT string_agg(code, ' → ' ORDER BY step) FROM above
    HAVING bool_or(code = s.code))"""


def _by_scheme(frame: pd.DataFrame) -> pd.DataFrame:
    """What the 12-digit scheme says of each code, for files that do not say it."""
    kinds = frozenset(kind for row in current_levels().rows for kind in row.kinds)
    read = [parse_unit_code(code, kinds) if isinstance(code, str) else None for code in frame["code"]]
    kind = pd.Series([each.usual_kind.value if each else None for each in read], index=frame.index, dtype=object)
    above = pd.Series([each.parent if each else None for each in read], index=frame.index, dtype=object)
    return frame.assign(usual_kind=kind, usual_parent=above)


SOURCE = Source(
    kind="units",
    order=10,
    key=("code", "valid_from"),
    export=Export(
        "unit_version",
        within="t.code = ANY(:codes)",
        columns={"valid_from": "lower(t.valid)", "valid_to": "upper(t.valid) - 1"},
        geometry="t.geom",
        order="(SELECT l.rank_no FROM grid.level AS l WHERE l.key = t.level), t.code, lower(t.valid) NULLS FIRST",
    ),
    shape=Shape.POLYGON,
    fields=(
        Field("code", CODE, Need.ALWAYS, aliases={"adcode": _TO_TWELVE_DIGITS}),
        Field("name", TEXT, Need.NEW),
        Field("kind", word_cell(UnitKind), Need.NEW, aliases={"level": ()}),
        Field("parent_code", CODE),
        Field("schematic", YES_NO),
        Field("valid_from", DATE),
        Field("valid_to", DATE),
    ),
    extra={
        "usual_kind": "text",
        "usual_parent": "text",
        "level": "text",
        "base_id": "integer",
        "dated_itself": "boolean",
    },
    frame=_by_scheme,
    frame_reads=("code",),
    index=("code",),
    derive=(
        ("dated_itself", "s.valid_from IS NOT NULL"),
        # a row that says when its unit ends speaks of the version there is
        ("valid_from", "CASE WHEN s.valid_to IS NULL THEN CAST(:valid_from AS date) END"),
        ("base_id", _BASE),
        ("kind", f"coalesce({_OF_BASE.format('kind')}, s.usual_kind)"),
        ("level", _LEVEL),
        # a root hangs on nothing here, whatever its register names above it
        (
            "parent_code",
            f"CASE WHEN {_BELOW_ROOT} THEN coalesce({_OF_BASE.format('parent_code')}, s.usual_parent) END",
        ),
    ),
    checks=(
        RowCheck("unit_needs_kind", "kind", "s.kind IS NULL"),
        RowCheck("kind_without_level", "kind", "s.kind IS NOT NULL AND s.level IS NULL"),
        RowCheck("unit_needs_name", "name", "s.name IS NULL AND s.base_id IS NULL"),
        RowCheck(
            "another_district",
            "code",
            f"{_IS_ROOT} AND {_ONE_ROOT} AND {_ROOT_BESIDE} IS NOT NULL",
            _ROOT_BESIDE,
        ),
        RowCheck(
            "several_districts",
            "code",
            f"{_IS_ROOT} AND {_ONE_ROOT} AND {_NONE_STANDS} AND {_ROOT_IN_FILE} IS NOT NULL",
            _ROOT_IN_FILE,
        ),
        RowCheck(
            "level_differs",
            "kind",
            "EXISTS (SELECT FROM grid.unit AS u WHERE u.code = s.code AND u.level <> s.level)",
            "(SELECT u.level FROM grid.unit AS u WHERE u.code = s.code)",
        ),
        RowCheck("unit_needs_parent", "parent_code", f"{_BELOW_ROOT} AND s.parent_code IS NULL"),
        RowCheck("unknown_parent", "parent_code", f"{_BELOW_ROOT} AND s.parent_code IS NOT NULL AND {_NO_PARENT}"),
        # only a parent of a wrong level can close a circle
        RowCheck("unit_round", "parent_code", f"CASE WHEN {_WRONG_LEVEL} THEN {_ROUND} IS NOT NULL END", _ROUND),
        RowCheck("parent_level", "parent_code", f"CASE WHEN {_WRONG_LEVEL} THEN {_ROUND} IS NULL END", _PARENT_LEVEL),
        # a rename is believed of a row that gives its own day; of a whole file only when the person says so
        RowCheck(
            "name_conflict",
            "name",
            f"s.name <> {_OF_BASE.format('name')} AND {_NAMESAKE} IS NULL AND (s.valid_from IS NULL"
            " OR NOT (s.dated_itself OR CAST(:accept_renames AS boolean)))",
            _OF_BASE.format("name"),
        ),
        # another register numbers the same places otherwise: not even a day makes that a rename
        RowCheck(
            "name_of_another",
            "name",
            f"s.name <> {_OF_BASE.format('name')} AND {_NAMESAKE} IS NOT NULL"
            " AND (s.valid_from IS NULL OR NOT CAST(:accept_renames AS boolean))",
            f"{_OF_BASE.format('name')} || ' / ' || {_NAMESAKE}",
        ),
        RowCheck("valid_to_before", "valid_to", "s.valid_to < s.valid_from", "s.valid_from::text"),
        RowCheck(
            "outside_parent",
            "geometry",
            f"s.geom IS NOT NULL AND {_BELOW_ROOT} AND {_STANDS_OUT}",
            _HECTARES_OUT,
        ),
    ),
    write=write_units,
)
