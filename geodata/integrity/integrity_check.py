"""What a check of the grid is, and what it finds. One file per check in ``checks``, found by its name."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import shapely
from sqlalchemy import text

from geodata.integrity.check_context import CheckContext
from geodata.vocabulary import SizeUnit

# a tenth of a metre in degrees: nearer than this, a shape is the same shape
_SAME_SHAPE_DEG = 1e-6


@dataclass(frozen=True)
class Finding:
    """One fault.

    ``key`` names it among the faults of its check, the same at every look. ``codes`` are the units it concerns, the one
    it belongs to first. ``shape`` is the fault itself (EPSG:4490), None where only its unit can be shown. ``size`` is
    measured in the check's unit; ``details`` fill the places of its sentences.
    """

    key: str
    codes: tuple[str, ...]
    size: float | None = None
    shape: Any = None
    details: Mapping[str, object] = field(default_factory=dict)

    def fingerprint(self, grows: bool) -> str:
        """Tells whether the fault is still the same; a size that ``grows`` by itself says nothing about that.

        Parameters
        ----------
        grows
            Whether the size grows by itself from day to day, as one in days does.

        Returns
        -------
        fingerprint
            Size to the whole unit, codes, checksum of the shape to 0.000001 degree (a tenth of a metre); compared as
            text.
        """
        parts = ["" if self.size is None or grows else f"{self.size:.0f}", *sorted(self.codes)]
        if self.shape is not None:
            same = shapely.normalize(shapely.set_precision(self.shape, _SAME_SHAPE_DEG, mode="pointwise"))
            parts.append(hashlib.sha256(shapely.to_wkb(same)).hexdigest()[:16])
        return "|".join(parts)


Find = Callable[[CheckContext], Iterable[Finding]]


@dataclass(frozen=True)
class IntegrityCheck:
    """A kind of fault. Its name, what is wrong and how to mend it stand in the catalogue: ``work.<key>``."""

    key: str
    order: int
    find: Find
    size_unit: SizeUnit | None = None


def find_by_sql(sql: str, *rules: str) -> Find:
    """A finder that is one SELECT over ``:as_of``, ``:measure_epsg`` and the values of ``rules`` under their names.

    Its columns ``key`` (text) and ``codes`` (text[]), and where there are ``size`` and ``geom`` (WKB, EPSG:4490), make
    the finding; the others fill its sentences.

    Parameters
    ----------
    sql
        The SELECT. ``:as_of`` is a date, inclusive; ``:measure_epsg`` a code of the EPSG register to measure in.
    *rules
        Keys of dated rules, bound as numbers.

    Returns
    -------
    find
        Runs it in the transaction of the look; codes named twice are told once.
    """

    def find(look: CheckContext) -> Iterable[Finding]:
        values = {"as_of": look.as_of, "measure_epsg": look.measure_epsg} | {key: look.rule_value(key) for key in rules}
        statement = text(sql)
        bound = {name: value for name, value in values.items() if name in statement.compile().params}
        for row in look.db.execute(statement, bound).mappings():
            details = {name: value for name, value in row.items() if name not in {"key", "codes", "size", "geom"}}
            shape, size = row.get("geom"), row.get("size")
            yield Finding(
                key=row["key"],
                codes=tuple(dict.fromkeys(row["codes"])),
                size=None if size is None else float(size),
                shape=None if shape is None else shapely.from_wkb(shape),
                details=details,
            )

    return find
