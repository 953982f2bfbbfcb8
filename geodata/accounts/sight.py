"""How far somebody sees at a moment, kept beside what was made then, to be held against how far he sees later."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, text

_SIGHT = """
SELECT grid.sees_all() AS everything, grid.my_area() AS area,
       string_to_array(btrim(current_setting('grid.permissions'), '{}'), ',') AS permissions
"""


@dataclass(frozen=True)
class Sight:
    """How far an account sees: everything or the units of an area, and the permissions that are carried at all."""

    everything: bool
    area: frozenset[str]
    permissions: frozenset[str]

    def covers_sight(self, other: Sight) -> bool:
        """Whether nothing is seen by another sight that this one would not see.

        Parameters
        ----------
        other
            As it was at another moment.

        Returns
        -------
        covers
            Unit by unit, so that it holds too where the tree of units has changed in between.
        """
        area = self.everything or (not other.everything and other.area <= self.area)
        return area and other.permissions <= self.permissions

    def joined_with(self, other: Sight) -> Sight:
        """What is seen by either.

        Parameters
        ----------
        other
            As it was at another moment.

        Returns
        -------
        sight
            That covers both.
        """
        return Sight(self.everything or other.everything, self.area | other.area, self.permissions | other.permissions)

    def to_record(self) -> dict[str, Any]:
        """What JSON can hold of it.

        Returns
        -------
        record
            As ``read_sight`` takes it.
        """
        return {
            "everything": self.everything,
            "area": sorted(self.area),
            "permissions": sorted(self.permissions),
        }


def read_sight(record: dict[str, Any]) -> Sight:
    """A sight that was kept.

    Parameters
    ----------
    record
        As ``Sight.to_record`` gave it.

    Returns
    -------
    sight
        The same.
    """
    return Sight(bool(record["everything"]), frozenset(record["area"]), frozenset(record["permissions"]))


def current_sight(db: Connection) -> Sight:
    """How far the account of the transaction's scope sees now.

    Parameters
    ----------
    db
        A transaction whose scope names a login.

    Returns
    -------
    sight
        Nothing for nobody.
    """
    row = db.execute(text(_SIGHT)).mappings().one()
    return Sight(row["everything"], frozenset(row["area"]), frozenset(row["permissions"]))
