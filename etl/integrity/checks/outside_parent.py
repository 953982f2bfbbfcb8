"""Units that stand out of their parent; what loading tolerates (rule ``nest_tolerance_m``) is still to be mended."""

from __future__ import annotations

from collections.abc import Iterable

from etl.integrity.areas import area
from etl.integrity.check import Check, Finding
from etl.integrity.coverage import Kind
from etl.integrity.look import Look
from geodata.vocabulary import SizeUnit


def _find(look: Look) -> Iterable[Finding]:
    for each in look.broken:
        if each.kind is Kind.OUTSIDE:
            yield area(look, each, each.codes[0])


CHECK = Check("outside_parent", 40, _find, SizeUnit.M2)
