"""Units that stand out of their parent; what loading tolerates (rule ``nest_tolerance_m``) is still to be mended."""

from __future__ import annotations

from collections.abc import Iterable

from geodata.integrity.check_context import CheckContext
from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import coverage_area
from geodata.integrity.integrity_check import Finding, IntegrityCheck
from geodata.vocabulary import SizeUnit


def _find(look: CheckContext) -> Iterable[Finding]:
    for each in look.broken:
        if each.kind is Kind.OUTSIDE:
            yield coverage_area(look, each, each.codes[0])


CHECK = IntegrityCheck("outside_parent", 40, _find, SizeUnit.M2)
