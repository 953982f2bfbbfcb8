"""Overlaps: land that two units of one level both cover, wide enough to be a place and not a drawing error."""

from __future__ import annotations

from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import found
from geodata.integrity.integrity_check import Check
from geodata.vocabulary import SizeUnit

CHECK = Check("overlap", 20, lambda look: found(look, {Kind.OVERLAP}, slivers=False), SizeUnit.M2)
