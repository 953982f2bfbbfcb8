"""The work list as rows, with every sentence said: what is wrong, where, how much, how to mend it."""

from __future__ import annotations

import math
from collections.abc import Iterable
from datetime import date
from typing import Any

import geopandas as gpd
from sqlalchemy import Connection, text

from geodata.integrity.work_list_sql import ITEM, OWN_WORDS, WORDED, matching_items, sentence_words
from geodata.locale import Lang, label_of, translate
from geodata.territory.units import villages_of
from geodata.vocabulary import OPEN_WORK, SizeUnit, WorkState


def list_work_items(
    db: Connection,
    as_of: date,
    *,
    within: str | None = None,
    checks: Iterable[str] | None = None,
    states: Iterable[WorkState] = OPEN_WORK,
    numbers: Iterable[str] | None = None,
    owner: str | None = None,
    overdue: bool = False,
    find: str | None = None,
    limit: int | None = None,
    offset: int = 0,
    lang: Lang = Lang.ZH,
) -> gpd.GeoDataFrame:
    """The items the caller may see, ordered by check, unit and number.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day, inclusive, by which units have their names and items are overdue (due before it); the states are those
        of now.
    within
        Code of the unit an item must touch, itself or one below; None: everywhere.
    checks
        Keys of checks; None: all.
    states
        The states wanted; those that count as open unless said.
    numbers
        Numbers of items; None: all.
    owner
        Number of the person the items were given to; None: whoever's.
    overdue
        Whether only overdue ones are wanted.
    find
        A text looked for, in either case of letters, in what is wrong as ``lang`` says it, the names of unit, town and
        owner, and the number.
    limit
        How many rows to give at most; None: all.
    offset
        How many rows of the ordered list to leave out before.
    lang
        The language of the sentences.

    Returns
    -------
    items
        Plain index; columns ``item_no check_key check_name unit_code unit_name in_force town_name touched_codes state
        size size_unit details first_seen_on last_seen_on owner_no owner_name due_on reason note is_overdue what mend
        geometry``. ``geometry`` is the fault, or a spot in its unit (EPSG:4490); ``size`` is in ``size_unit``; None for
        what is not known.

    Raises
    ------
    NotFound
        ``within`` was not in force on ``as_of``.
    """
    asked = _parameters(db, as_of, within, checks, states, numbers, owner, overdue, find, lang)
    cut = "ORDER BY w.check_key, w.unit_code, w.item_no LIMIT :limit OFFSET :offset"
    found = gpd.read_postgis(
        text(f"SELECT {ITEM} {matching_items(find)} {cut}"),
        db,
        geom_col="geometry",
        crs="EPSG:4490",
        params=asked | {"limit": limit, "offset": offset},
    )
    # pandas makes texts and days nobody gave NaN; a person is told nothing instead
    words = found.columns.drop(["geometry", "size"])
    found = found.astype(dict.fromkeys(words, object))
    found[words] = found[words].where(found[words].notna(), None)
    rows = found.to_dict("records")
    found.insert(2, "check_name", [translate(f"work.{row['check_key']}.name", lang) for row in rows])
    for part in ("what", "mend"):
        found[part] = [
            work_sentence(row["check_key"], part, row["details"], _number(row["size"], row["size_unit"]), lang)
            for row in rows
        ]
    return found


def count_work_items(
    db: Connection,
    as_of: date,
    *,
    within: str | None = None,
    checks: Iterable[str] | None = None,
    states: Iterable[WorkState] = OPEN_WORK,
    owner: str | None = None,
    overdue: bool = False,
    find: str | None = None,
    lang: Lang = Lang.ZH,
) -> int:
    """How many rows ``list_work_items`` gives when asked the same without a limit.

    Parameters
    ----------
    db
        Connection with the scope of who asks; rows outside the own area are not there.
    as_of
        The day by which items are overdue, inclusive.
    within
        Code of the unit an item must touch, itself or one below; None: everywhere.
    checks
        Keys of checks; None: all.
    states
        The states wanted; those that count as open unless said.
    owner
        Number of the person the items were given to; None: whoever's.
    overdue
        Whether only overdue ones are wanted.
    find
        A text looked for, as there.
    lang
        The language in which ``find`` is looked for.

    Returns
    -------
    count
        0 when there are none.

    Raises
    ------
    NotFound
        ``within`` was not in force on ``as_of``.
    """
    asked = _parameters(db, as_of, within, checks, states, None, owner, overdue, find, lang)
    return int(db.execute(text(f"SELECT count(*) {matching_items(find)}"), asked).scalar_one())


def _parameters(
    db: Connection,
    as_of: date,
    within: str | None,
    checks: Iterable[str] | None,
    states: Iterable[WorkState],
    numbers: Iterable[str] | None,
    owner: str | None,
    overdue: bool,  # handed on
    find: str | None,
    lang: Lang,
) -> dict[str, Any]:
    """What ``matching_items`` asks for."""
    return {
        "as_of": as_of,
        "within": villages_of(db, within, as_of),
        "checks": None if checks is None else list(checks),
        "states": [WorkState(state).value for state in states],
        "numbers": None if numbers is None else list(numbers),
        "owner": owner,
        "overdue": overdue,
        **({"find": find, **sentence_words(lang)} if find else {}),
    }


def work_sentence(check: str, part: str, details: dict[str, Any], size: str, lang: Lang) -> str:
    """What is wrong (``what``) or how to mend it (``mend``), with its places filled in the language.

    Parameters
    ----------
    check
        Key of the check.
    part
        ``what`` or ``mend``.
    details
        Name of a place in the sentence → its value: text, number, None or a list of them.
    size
        The size as text, without unit; blank when there is none.
    lang
        The language wanted.

    Returns
    -------
    sentence
        As the catalogue has it under ``work.<check>.<part>``.
    """
    said = {name: _said(name, value, lang) for name, value in details.items()}
    return translate(f"work.{check}.{part}", lang, size=size, **said)


def format_size(size: float | None, unit: str | None, lang: Lang) -> str:
    """A size with its unit, blank when there is none.

    Parameters
    ----------
    size
        The number; None or NaN when nothing was measured.
    unit
        A word of ``SizeUnit``; None for a check that measures nothing.
    lang
        The language wanted.

    Returns
    -------
    text
        Whole from ten on and for days and rows, else to one place.
    """
    if unit is None or size is None or math.isnan(size):
        return ""
    return translate(f"work.size.{unit}", lang, n=_number(size, unit))


def _number(size: float | None, unit: str | None) -> str:
    """Whole from ten on and where it counts; blank when there is none."""
    if unit is None or size is None or math.isnan(size):
        return ""
    return f"{size:,.0f}" if unit in {SizeUnit.DAYS, SizeUnit.ROWS} or size >= 10 else f"{size:.1f}"


def _said(name: str, value: Any, lang: Lang) -> str:
    if value is None:
        return translate("work.nobody_knows", lang)
    if isinstance(value, list):
        return translate("list.comma", lang).join(_said(name, each, lang) for each in value)
    if name in WORDED:
        return label_of(WORDED[name](value), lang)
    return translate(f"work.word.{value}", lang) if name in OWN_WORDS else str(value)
