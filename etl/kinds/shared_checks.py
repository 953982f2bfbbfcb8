"""Faults several kinds of fact share, looked for among the staged rows in SQL; each makes a ``Check``."""

from __future__ import annotations

from etl.kinds.source import RowCheck


def check_known(column: str, table: str, key: str) -> RowCheck:
    """``column`` names nothing in ``table``.

    Parameters
    ----------
    column
        The staged column blamed; blank cells pass.
    table
        A table of schema ``grid``.
    key
        Its column that is compared.

    Returns
    -------
    check
        Its sentence is ``etl.fault.unknown_<table>``.
    """
    return RowCheck(
        f"unknown_{table}",
        column,
        f"s.{column} IS NOT NULL AND NOT EXISTS (SELECT FROM grid.{table} AS t WHERE t.{key} = s.{column})",
    )


def unknown_person(column: str = "person_no") -> RowCheck:
    """``column`` names nobody.

    Parameters
    ----------
    column
        The staged column of a person's number; blank cells pass.

    Returns
    -------
    check
        For a kind's ``checks``.
    """
    return check_known(column, "person", "person_no")


def unknown_subject(column: str = "subject_id") -> RowCheck:
    """``column`` names no subject of the roster.

    Parameters
    ----------
    column
        The staged column of a subject's number; blank cells pass.

    Returns
    -------
    check
        For a kind's ``checks``.
    """
    return check_known(column, "subject", "subject_id")


def not_a_village(column: str = "village_code") -> tuple[RowCheck, RowCheck]:
    """``column`` names no unit, or a unit of another level.

    Parameters
    ----------
    column
        The staged column of a unit's code; blank cells pass.

    Returns
    -------
    checks
        One for each of the two.
    """
    return (
        check_known(column, "unit", "code"),
        RowCheck(
            "not_a_village",
            column,
            f"EXISTS (SELECT FROM grid.unit AS u WHERE u.code = s.{column} AND u.level <> 'village')",
        ),
    )


def in_the_future(*columns: str) -> tuple[RowCheck, ...]:
    """A day after today, for things that can only have happened.

    Parameters
    ----------
    *columns
        Staged columns of days; today itself and blank cells pass.

    Returns
    -------
    checks
        One per column.
    """
    return tuple(
        RowCheck("in_the_future", column, f"s.{column} > :today", "CAST(:today AS text)") for column in columns
    )


def check_order(column: str, earlier: str, key: str = "before") -> RowCheck:
    """``column`` lies before the day in ``earlier``.

    Parameters
    ----------
    column
        The staged column of the later day, blamed.
    earlier
        The staged column of the earlier day; the same day and blank cells pass.
    key
        The sentence, ``etl.fault.<key>``.

    Returns
    -------
    check
        For a kind's ``checks``.
    """
    return RowCheck(key, column, f"s.{column} < s.{earlier}", f"s.{earlier}::text")


def reason_missing(unless: str) -> RowCheck:
    """No reason although the row needs one; ``unless`` is the SQL of the ordinary case.

    Parameters
    ----------
    unless
        A condition over ``s``; where it is unknown (NULL) the row passes.

    Returns
    -------
    check
        It blames the column ``reason``.
    """
    return RowCheck("reason_missing", "reason", f"NOT ({unless}) AND s.reason IS NULL")


# The district's extent and a margin around it, once per statement. Without any boundary loaded it is NULL: nothing is
# outside. 110.574 km is a degree of latitude; a degree of longitude shrinks with the cosine.
_AROUND = """(
    SELECT ST_Expand(box, :margin_km / (111.320 * cos(radians(ST_Y(ST_Centroid(box))))), :margin_km / 110.574)
    FROM (SELECT ST_SetSRID(ST_Extent(geom)::geometry, 4490) AS box FROM grid.unit_version
          WHERE geom IS NOT NULL AND level = (SELECT level FROM grid.unit_version WHERE geom IS NOT NULL
              ORDER BY (SELECT l.rank_no FROM grid.level AS l WHERE l.key = level) LIMIT 1)) AS e)"""


def point_outside() -> tuple[RowCheck, RowCheck]:
    """The point lies outside the district's extent and margin (domain §11.9); swapped numbers are told apart.

    Returns
    -------
    checks
        One for swapped numbers, one for the others; rows without a point pass, and all rows while no boundary is
        loaded.
    """
    inside_swapped = f"ST_FlipCoordinates(s.point) && {_AROUND}"
    return (
        RowCheck("point_swapped", "lon", f"NOT s.point && {_AROUND} AND {inside_swapped}"),
        RowCheck(
            "point_outside", "lon", f"NOT s.point && {_AROUND} AND NOT {inside_swapped}", "CAST(:margin_km AS text)"
        ),
    )
