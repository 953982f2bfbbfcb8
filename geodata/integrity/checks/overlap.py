"""Overlaps: land that two units of one level both cover, wide enough to be a place and not a drawing error."""

from __future__ import annotations

from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import coverage_findings
from geodata.integrity.integrity_check import IntegrityCheck
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck("overlap", 20, lambda look: coverage_findings(look, {Kind.OVERLAP}, slivers=False), SizeUnit.M2)
