"""Faults of the coverage as findings: which units, where, how much."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from geodata.integrity.check_context import CheckContext
from geodata.integrity.coverage_faults import Broken, Kind
from geodata.integrity.integrity_check import Finding


def coverage_findings(look: CheckContext, kinds: set[Kind], *, slivers: bool) -> Iterable[Finding]:
    """The gaps or overlaps of ``kinds`` that are drawing errors (narrower than the rule ``sliver_width_m``), or not.

    Named by the units around and the place to ten metres: moved or redrawn, it is another fault.

    Parameters
    ----------
    look
        The day, its units and where their coverage is broken.
    kinds
        Which kinds to tell.
    slivers
        True: only those narrower than the rule; False: only the others.

    Yields
    ------
    finding
        Sized in m²; ``key`` is the codes and the middle in degrees to four places.

    Raises
    ------
    NotFound
        A rule had not come into force by the day of the look.
    """
    narrow = look.rule_value("sliver_width_m")
    again: Counter[str] = Counter()
    for each in look.broken:
        if each.kind in kinds and (each.width_m < narrow) is slivers:
            middle = each.shape.centroid
            key = f"{'+'.join(each.codes)}@{middle.x:.4f},{middle.y:.4f}"
            again[key] += 1
            # two within ten metres of each other, in the order in which the coverage tells them
            yield coverage_area(look, each, key if again[key] == 1 else f"{key}#{again[key]}")


def coverage_area(look: CheckContext, each: Broken, key: str) -> Finding:
    """One broken place as a finding, sized in m².

    Parameters
    ----------
    look
        Knows the units' names on the day.
    each
        The broken place.
    key
        Names it among the findings of its check.

    Returns
    -------
    finding
        Its ``details``: ``units`` (names), ``level``, ``kind``, ``width`` in metres to one place, ``percent`` of the
        unit that stands out.
    """
    return Finding(
        key=key,
        codes=each.codes,
        size=each.area_m2,
        shape=each.shape,
        details={
            "units": [look.unit_name(code) for code in each.codes],
            "level": each.level.value,
            "kind": each.kind.value,
            "width": round(each.width_m, 1),
            "percent": round(100 * each.share, 2),
        },
    )
