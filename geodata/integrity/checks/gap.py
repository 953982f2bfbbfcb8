"""Gaps: land of a parent that no unit covers, wide enough to be a place and not a drawing error."""

from __future__ import annotations

from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import found
from geodata.integrity.integrity_check import Check
from geodata.vocabulary import SizeUnit

CHECK = Check("gap", 10, lambda look: found(look, {Kind.GAP}, slivers=False), SizeUnit.M2)
