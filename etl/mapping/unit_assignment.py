"""Finding a row's unit when the file has no code of it: by its point, by the unit's name, by the largest overlap.

A code the file gives always goes before (domain §11.8); a point on a border belongs to the lowest of the codes.
"""

from __future__ import annotations

from dataclasses import replace

from etl.kinds.cell_types import TEXT
from etl.kinds.source import STAGE, Field, Need, RowCheck, Shape, Source
from etl.mapping.mapping_file import FieldMapping
from geodata.errors import UserError

_TODAY = "CAST(:today AS date)"

# Names are compared without case, spaces and punctuation.
_FOLD = r"lower(regexp_replace(normalize({0}, NFKC), '[^[:alnum:]]+', '', 'g'))"
_LEVEL_ABOVE = "(SELECT l.above FROM grid.level AS l WHERE l.key = s.level)"

_UNDER_POINT = f"""(
    SELECT min(v.code) FROM grid.unit_version AS v
    WHERE v.level = 'village' AND v.valid @> {_TODAY} AND ST_Covers(v.geom, s.point))"""

# all names that only one unit has, gathered once for all rows: an object of level and name → code
_BY_NAME = f"""((
    SELECT jsonb_object_agg(n.level || ' ' || n.name, n.code) FROM (
        SELECT {_FOLD.format("v.name")} AS name, v.level, min(v.code) AS code
        FROM grid.unit_version AS v WHERE v.valid @> {_TODAY}
        GROUP BY 1, 2 HAVING count(DISTINCT v.code) = 1) AS n
    ) ->> ({{level}} || ' ' || {_FOLD.format("s.{said}")}))"""
_ALIKE = f"""(
    SELECT string_agg(DISTINCT v.code, ' ' ORDER BY v.code) FROM grid.unit_version AS v
    WHERE v.level = {{level}} AND v.valid @> {_TODAY} AND {_FOLD.format("v.name")} = {_FOLD.format("s.{said}")})"""

# of several units of that name, the one the point lies in; a name nobody has is not overruled by a point
_ALIKE_UNDER_POINT = f"""(
    SELECT min(v.code) FROM grid.unit_version AS v
    WHERE v.level = {{level}} AND v.valid @> {_TODAY} AND ST_Covers(v.geom, s.point)
      AND (s.{{said}} IS NULL OR {_FOLD.format("v.name")} = {_FOLD.format("s.{said}")}))"""

_LARGEST_OVERLAP = f"""(
    SELECT p.code FROM (
        SELECT o.code, o.geom, o.level FROM {STAGE} AS o WHERE o.geom IS NOT NULL AND NOT o.faulty
        UNION ALL
        SELECT v.code, v.geom, v.level FROM grid.unit_version AS v
        WHERE v.valid @> {_TODAY} AND v.geom IS NOT NULL
          AND NOT EXISTS (SELECT FROM {STAGE} AS o WHERE o.code = v.code)
    ) AS p
    WHERE p.level = {_LEVEL_ABOVE} AND p.geom && s.geom AND ST_Area(ST_Intersection(p.geom, s.geom)) > 0
    ORDER BY ST_Area(ST_Intersection(p.geom, s.geom)) DESC, p.code LIMIT 1)"""


_SAID = "_said"


def said_field(name: str) -> str:
    """The staged column that holds the name a file gives instead of the code ``name``.

    Parameters
    ----------
    name
        Name of a field that holds a unit's code.

    Returns
    -------
    staged
        Name of a column of the stage.
    """
    return f"{name}{_SAID}"


def meant_field(staged: str) -> str:
    """The field a staged column stands for: its own, or the code whose name it holds.

    Parameters
    ----------
    staged
        Name of a column of the stage.

    Returns
    -------
    name
        Name of a field of the kind.
    """
    return staged.removesuffix(_SAID)


def is_assignable(source: Source, name: str, recipe: FieldMapping) -> bool:
    """Whether a field of this kind can be found in the ways its mapping asks for.

    Parameters
    ----------
    source
        The kind of fact.
    name
        Name of the field.
    recipe
        Its ``within``, ``overlap`` and ``unit_name`` are asked.

    Returns
    -------
    allowed
        By a point only the village of a kind with points, by overlap only the parent of a unit, by name either.
    """
    village = name == "village_code"
    parent = name == "parent_code" and source.kind == "units"
    return (
        (not recipe.within or (village and source.shape is Shape.POINT))
        and (not recipe.overlap or parent)
        and (not recipe.unit_name or village or parent)
    )


def assign_unit(source: Source, name: str, recipe: FieldMapping) -> Source:
    """``source`` that finds the unit of field ``name`` where the file does not say its code.

    Parameters
    ----------
    source
        The kind of fact.
    name
        Name of the field; it need not be filled any more.
    recipe
        In which ways the unit is found: among those in force today, by name, by point, by overlap.

    Returns
    -------
    source
        A copy, with checks that tell why no unit was found.

    Raises
    ------
    UserError
        Units cannot be found that way for this field.
    """
    if not is_assignable(source, name, recipe):
        raise UserError("etl.mapping.cannot_assign", field=name, kind=source.kind)
    said = said_field(name)
    level = "'village'" if name == "village_code" else f"({_LEVEL_ABOVE})"
    ways = (
        (recipe.unit_name, _BY_NAME.format(level=level, said=said)),
        (recipe.within and recipe.unit_name, _ALIKE_UNDER_POINT.format(level=level, said=said)),
        (recipe.within and not recipe.unit_name, _UNDER_POINT),
        (recipe.overlap, _LARGEST_OVERLAP),
    )
    derive = (name, f"coalesce({', '.join(sql for wanted, sql in ways if wanted)})")
    fields = tuple(replace(each, need=Need.MAY) if each.name == name else each for each in source.fields)
    extra = (Field(said, TEXT),) if recipe.unit_name else ()
    return replace(
        source,
        fields=(*fields, *extra),
        derive=_with(source.derive, derive),
        checks=(*_checks(name, recipe, level), *source.checks),
    )


def _with(derived: tuple[tuple[str, str], ...], derive: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """Before what the kind itself derives of that column (its scheme's guess), else at the end."""
    at = next((place for place, (column, _) in enumerate(derived) if column == derive[0]), len(derived))
    return (*derived[:at], derive, *derived[at:])


def _checks(name: str, recipe: FieldMapping, level: str) -> list[RowCheck]:
    """What may be wrong when no unit is found; the first that holds is told."""
    said = said_field(name)
    nothing = f"s.{name} IS NULL"
    checks = []
    if recipe.unit_name:
        alike = _ALIKE.format(level=level, said=said)
        named = f"{nothing} AND s.{said} IS NOT NULL"
        checks.append(RowCheck("unit_name_several", said, f"{named} AND {alike} IS NOT NULL", alike))
        checks.append(RowCheck("unit_name_unknown", said, f"{named} AND {alike} IS NULL"))
    unsaid = f"{nothing} AND s.{said} IS NULL" if recipe.unit_name else nothing
    if recipe.within:
        checks.append(RowCheck("no_unit_under_point", name, f"{unsaid} AND s.point IS NOT NULL"))
        unsaid += " AND s.point IS NULL"
    if name == "village_code":
        checks.append(RowCheck("no_unit_said", name, unsaid))
    return checks
