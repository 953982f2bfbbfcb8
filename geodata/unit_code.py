"""Administrative codes: the 12-digit scheme of GB/T 2260 and GB/T 10114, and any other scheme by its parent table.

A 12-digit code is 6 digits of district, 3 of town or street, 3 of village or community (domain §8, i1). Codes are
text: leading zeros count, and no arithmetic is ever done on them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from geodata.levels import Level, Levels
from geodata.vocabulary import UnitKind

_TWELVE = re.compile(r"[1-9][0-9]{11}")


DISTRICT_AND_BELOW = frozenset(UnitKind) - {UnitKind.NATION, UnitKind.PROVINCE, UnitKind.CITY}


@dataclass(frozen=True, slots=True)
class UnitCode:
    """A parsed 12-digit code: the code of its parent and the kind its serial number usually means."""

    code: str
    parent: str | None
    usual_kind: UnitKind


def parse_unit_code(code: str, kinds: Collection[UnitKind] = DISTRICT_AND_BELOW) -> UnitCode | None:
    """The parts of a 12-digit code.

    Parameters
    ----------
    code
        A code as text; leading zeros count.
    kinds
        The kinds of unit that the installation has. Where it has cities or provinces, codes that end in zeros after two
        or four digits are theirs; else every code of six digits and zeros is a district's.

    Returns
    -------
    parts
        None for a code of another scheme: then only the parent table knows. ``parent`` is None where the code does not
        say it.
    """
    if not _TWELVE.fullmatch(code):
        return None
    district, town, village = code[:6], code[6:9], code[9:]
    if village != "000":
        if town == "000":
            return None
        kind = UnitKind.COMMUNITY if int(village) < 200 else UnitKind.VILLAGE
        return UnitCode(code, f"{district}{town}000", kind)
    if town != "000":
        return UnitCode(code, f"{district}000000", _town_kind(int(town)))
    return _above_town(code, kinds)


def _above_town(code: str, kinds: Collection[UnitKind]) -> UnitCode:
    """GB/T 2260: two digits of province, two of city, two of district; zeros for what a unit is above."""
    province = f"{code[:2]}0000000000" if UnitKind.PROVINCE in kinds else None
    city = f"{code[:4]}00000000" if UnitKind.CITY in kinds else None
    if code == province:
        return UnitCode(code, None, UnitKind.PROVINCE)
    if code == city:
        return UnitCode(code, province, UnitKind.CITY)
    return UnitCode(code, city or province, UnitKind.DISTRICT)


def _town_kind(serial: int) -> UnitKind:
    """001–099 街道, 100–199 镇, 200–399 乡 (GB/T 10114); later numbers are special areas run like towns."""
    if serial < 100:
        return UnitKind.STREET
    return UnitKind.TOWNSHIP if 200 <= serial < 400 else UnitKind.TOWN


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
        Code to the parent's code, None for a root; a code that is missing has no parent.

    Returns
    -------
    codes
        Nearest first; empty for a root.

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


def level_in(code: str, parents: Mapping[str, str | None], levels: Levels) -> Level:
    """The level of a code by its depth in a table of parents.

    Parameters
    ----------
    code
        A code of any scheme.
    parents
        Code to the parent's code, None for a root.
    levels
        Of the installation.

    Returns
    -------
    level
        A level of units.

    Raises
    ------
    ValueError
        When the code is deeper than there are levels, or the table runs in a circle.
    """
    depth = len(ancestors_of(code, parents))
    if depth >= len(levels.units):
        raise ValueError(f"{code}: a unit cannot be {depth} steps below its root")
    return levels.units[depth]
