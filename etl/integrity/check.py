"""What a check of the grid is, and what it finds. One file per check in ``checks``, found by its name."""

from __future__ import annotations

import hashlib
import pkgutil
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib import import_module
from types import MappingProxyType
from typing import Any

import shapely
from sqlalchemy import text

from etl.integrity import checks
from etl.integrity.look import Look
from geodata.errors import NotFound
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
        """Tells whether the fault is still the same; a size that ``grows`` by itself says nothing about that."""
        parts = ["" if self.size is None or grows else f"{self.size:.0f}", *sorted(self.codes)]
        if self.shape is not None:
            same = shapely.normalize(shapely.set_precision(self.shape, _SAME_SHAPE_DEG, mode="pointwise"))
            parts.append(hashlib.sha256(shapely.to_wkb(same)).hexdigest()[:16])
        return "|".join(parts)


Find = Callable[[Look], Iterable[Finding]]


@dataclass(frozen=True)
class Check:
    """A kind of fault. Its name, what is wrong and how to mend it stand in the catalogue: ``work.<key>``."""

    key: str
    order: int
    find: Find
    size_unit: SizeUnit | None = None


def asked(sql: str, *rules: str) -> Find:
    """A finder that is one SELECT over ``:as_of``, ``:measure_epsg`` and the values of ``rules`` under their names.

    Its columns ``key`` (text) and ``codes`` (text[]), and where there are ``size`` and ``geom`` (WKB, EPSG:4490), make
    the finding; the others fill its sentences.
    """

    def find(look: Look) -> Iterable[Finding]:
        values = {"as_of": look.as_of, "measure_epsg": look.measure_epsg} | {key: look.rule(key) for key in rules}
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


@cache
def discover() -> Mapping[str, Check]:
    """Every check by its key, in the order in which they are told; the key must be the file's name."""
    found = []
    for module in pkgutil.iter_modules(checks.__path__):
        check: Check = import_module(f"{checks.__name__}.{module.name}").CHECK
        if check.key != module.name:
            raise ValueError(f"{module.name}.py declares the key {check.key}")
        found.append(check)
    return MappingProxyType({each.key: each for each in sorted(found, key=lambda each: each.order)})


def chosen(keys: Iterable[str] | None) -> list[Check]:
    """The checks of those keys, all when None; NotFound when there is none of a key."""
    known = discover()
    meant = list(known) if keys is None else list(keys)
    for key in meant:
        if key not in known:
            raise NotFound("etl.integrity.no_such_check", check=key, checks=" ".join(known))
    return [each for each in known.values() if each.key in meant]
