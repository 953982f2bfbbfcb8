"""Units that stand out of their parent; what loading tolerates (rule ``nest_tolerance_m``) is still to be mended."""

from __future__ import annotations

from collections.abc import Iterable

from geodata.integrity.check_context import Look
from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import area
from geodata.integrity.integrity_check import Check, Finding
from geodata.vocabulary import SizeUnit


def _find(look: Look) -> Iterable[Finding]:
    for each in look.broken:
        if each.kind is Kind.OUTSIDE:
            yield area(look, each, each.codes[0])


CHECK = Check("outside_parent", 40, _find, SizeUnit.M2)
