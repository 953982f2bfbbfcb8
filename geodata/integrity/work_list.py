"""The work list as rows, with every sentence said: what is wrong, where, how much, how to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import geopandas as gpd
from sqlalchemy import Connection, text

from geodata.locale import Lang, label, say
from geodata.territory.units import villages_of
from geodata.vocabulary import OPEN_WORK, Level, Role, SizeUnit, WorkState

_ITEMS = """
SELECT w.item_no, w.check_key, w.unit_code, v.name AS unit_name, v.in_force, t.name AS town_name, w.touched_codes,
       w.state, w.size, w.size_unit, w.details, w.first_seen_on, w.last_seen_on, w.owner_no, p.name AS owner_name,
       w.due_on, w.reason, w.note, w.state IN ('open', 'assigned') AND w.due_on < :as_of AS is_overdue,
       w.geom AS geometry
FROM grid.work_item AS w
LEFT JOIN LATERAL (
    SELECT u.name, u.parent_code, u.valid @> CAST(:as_of AS date) AS in_force FROM grid.unit_version AS u
    WHERE u.code = w.unit_code ORDER BY in_force DESC, lower(u.valid) DESC NULLS LAST LIMIT 1
) AS v ON true
LEFT JOIN grid.unit_on(:as_of) AS t ON t.code = v.parent_code
LEFT JOIN grid.person AS p ON p.person_no = w.owner_no
WHERE (CAST(:within AS text[]) IS NULL OR w.touched_codes && :within)
  AND (CAST(:checks AS text[]) IS NULL OR w.check_key = ANY(:checks)) AND w.state = ANY(:states)
  AND (CAST(:numbers AS text[]) IS NULL OR w.item_no = ANY(:numbers))
ORDER BY w.check_key, w.unit_code, w.item_no
"""
_UNMENDED = """
WITH below AS (
    SELECT u.code, array_agg(v.code) FILTER (WHERE v.code IS NOT NULL) || u.code AS codes
    FROM grid.unit_on(:as_of) AS u LEFT JOIN grid.unit_on(:as_of) AS v ON v.parent_code = u.code
    WHERE u.level = :level AND (CAST(:within AS text[]) IS NULL OR u.code = ANY(:within)) GROUP BY u.code
)
SELECT b.code, count(w.item_no) AS items
FROM below AS b LEFT JOIN grid.work_item AS w ON w.touched_codes && b.codes AND w.state = ANY(:states)
GROUP BY b.code
"""
_WORDED: dict[str, Any] = {"level": Level, "role": Role}
_OWN_WORDS = frozenset({"basis", "kind"})


def list_work_items(
    db: Connection,
    as_of: date,
    *,
    within: str | None = None,
    checks: Iterable[str] | None = None,
    states: Iterable[WorkState] = OPEN_WORK,
    numbers: Iterable[str] | None = None,
    lang: Lang = Lang.ZH,
) -> gpd.GeoDataFrame:
    """The items the caller may see, ordered by check, unit and number; geometry EPSG:4490 (the fault, or the spot).

    Columns ``item_no check_key check_name unit_code unit_name in_force town_name touched_codes state size size_unit
    details first_seen_on last_seen_on owner_no owner_name due_on reason note is_overdue what mend geometry``. ``as_of``
    gives the units their names and says what is overdue; the states are those of now. ``numbers`` picks items out.

    Raises
    ------
    NotFound
        ``within`` was not in force on ``as_of``.
    """
    found = gpd.read_postgis(
        text(_ITEMS),
        db,
        geom_col="geometry",
        crs="EPSG:4490",
        params={
            "as_of": as_of,
            "within": villages_of(db, within, as_of),
            "checks": None if checks is None else list(checks),
            "states": [WorkState(state).value for state in states],
            "numbers": None if numbers is None else list(numbers),
        },
    )
    # pandas makes texts and days nobody gave NaN; a person is told nothing instead
    words = found.columns.drop(["geometry", "size"])
    found = found.astype(dict.fromkeys(words, object))
    found[words] = found[words].where(found[words].notna(), None)
    rows = found.to_dict("records")
    found.insert(2, "check_name", [say(f"work.{row['check_key']}.name", lang) for row in rows])
    for part in ("what", "mend"):
        found[part] = [
            sentence(row["check_key"], part, row["details"], _number(row["size"], row["size_unit"]), lang)
            for row in rows
        ]
    return found


def count_open_items(db: Connection, level: Level, as_of: date, within: str | None = None) -> dict[str, int]:
    """Code of a town or village in force on ``as_of`` (inside ``within``) → how many open items ``items`` gives of it.

    An item that touches two units counts in both. NotFound as ``items``.
    """
    rows = db.execute(
        text(_UNMENDED),
        {
            "level": level.value,
            "as_of": as_of,
            "within": villages_of(db, within, as_of),
            "states": [state.value for state in OPEN_WORK],
        },
    )
    return {row.code: row.items for row in rows}


def sentence(check: str, part: str, details: dict[str, Any], size: str, lang: Lang) -> str:
    """What is wrong (``what``) or how to mend it (``mend``), with its places filled in the language."""
    said = {name: _said(name, value, lang) for name, value in details.items()}
    return say(f"work.{check}.{part}", lang, size=size, **said)


def format_size(size: float | None, unit: str | None, lang: Lang) -> str:
    """A size with its unit, blank when there is none."""
    if unit is None or size is None or math.isnan(size):
        return ""
    return say(f"work.size.{unit}", lang, n=_number(size, unit))


def _number(size: float | None, unit: str | None) -> str:
    """Whole from ten on and where it counts; blank when there is none."""
    if unit is None or size is None or math.isnan(size):
        return ""
    return f"{size:,.0f}" if unit in {SizeUnit.DAYS, SizeUnit.ROWS} or size >= 10 else f"{size:.1f}"


def _said(name: str, value: Any, lang: Lang) -> str:
    if value is None:
        return say("work.nobody_knows", lang)
    if isinstance(value, list):
        return say("work.and", lang).join(_said(name, each, lang) for each in value)
    if name in _WORDED:
        return label(_WORDED[name](value), lang)
    return say(f"work.word.{value}", lang) if name in _OWN_WORDS else str(value)
