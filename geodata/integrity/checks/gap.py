"""Gaps: land of a parent that no unit covers, wide enough to be a place and not a drawing error."""

from __future__ import annotations

from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import coverage_findings
from geodata.integrity.integrity_check import IntegrityCheck
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck("gap", 10, lambda look: coverage_findings(look, {Kind.GAP}, slivers=False), SizeUnit.M2)
