"""Administrative codes: the 12-digit scheme of GB/T 2260 and GB/T 10114, and any other scheme by its parent table.

A 12-digit code is 6 digits of district, 3 of town or street, 3 of village or community (domain §8, i1). Codes are
text: leading zeros count, and no arithmetic is ever done on them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from geodata.vocabulary import Level, UnitKind

_TWELVE = re.compile(r"[1-9][0-9]{11}")


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A parsed 12-digit code: its level, the code of its parent and the kind its serial number usually means."""

    code: str
    level: Level
    parent: str | None
    usual_kind: UnitKind


def parse_unit_code(code: str) -> UnitCode | None:
    """The parts of a 12-digit code.

    Parameters
    ----------
    code
        A code as text; leading zeros count.

    Returns
    -------
    parts
        None for a code of another scheme: then only the parent table knows.
    """
    if not _TWELVE.fullmatch(code):
        return None
    district, town, village = code[:6], code[6:9], code[9:]
    if village != "000":
        if town == "000":
            return None
        kind = UnitKind.COMMUNITY if int(village) < 200 else UnitKind.VILLAGE
        return UnitCode(code, Level.VILLAGE, f"{district}{town}000", kind)
    if town != "000":
        return UnitCode(code, Level.TOWN, f"{district}000000", _town_kind(int(town)))
    return UnitCode(code, Level.DISTRICT, None, UnitKind.DISTRICT)


def _town_kind(serial: int) -> UnitKind:
    """001–099 街道, 100–199 镇, 200–399 乡 (GB/T 10114); later numbers are special areas run like towns."""
    if serial < 100:
        return UnitKind.STREET
    return UnitKind.TOWNSHIP if 200 <= serial < 400 else UnitKind.TOWN


def level_of(code: str) -> Level | None:
    """The level a 12-digit code names.

    Parameters
    ----------
    code
        A code as text.

    Returns
    -------
    level
        None for a code of another scheme.
    """
    parsed = parse_unit_code(code)
    return parsed.level if parsed else None


def parent_of(code: str) -> str | None:
    """The parent's code by the 12-digit scheme.

    Parameters
    ----------
    code
        A code as text.

    Returns
    -------
    code
        None for a district or a code of another scheme.
    """
    parsed = parse_unit_code(code)
    return parsed.parent if parsed else None


def ancestors_of(code: str, parents: Mapping[str, str | None]) -> tuple[str, ...]:
    """Codes above a code, by a table of parents.

    Parameters
    ----------
    code
        A code of any scheme.
    parents
        Code to the parent's code, None for a district; a code that is missing has no parent.

    Returns
    -------
    codes
        Nearest first; empty for a district.

    Raises
    ------
    ValueError
        When the table runs in a circle.
    """
    above: list[str] = []
    step = parents.get(code)
    while step is not None:
        if step == code or step in above:
            raise ValueError(f"{code}: the parent table runs in a circle at {step}")
        above.append(step)
        step = parents.get(step)
    return tuple(above)


def level_in(code: str, parents: Mapping[str, str | None]) -> Level:
    """The level of a code by its depth in a table of parents.

    Parameters
    ----------
    code
        A code of any scheme.
    parents
        Code to the parent's code, None for a district.

    Returns
    -------
    level
        No parent is a district, one a town, two a village.

    Raises
    ------
    ValueError
        When the code is deeper than a village, or the table runs in a circle.
    """
    depth = len(ancestors_of(code, parents))
    if depth > 2:
        raise ValueError(f"{code}: a unit cannot be {depth} steps below its district")
    return (Level.DISTRICT, Level.TOWN, Level.VILLAGE)[depth]
