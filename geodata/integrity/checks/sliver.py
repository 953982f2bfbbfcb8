"""Slivers: gaps and overlaps so narrow that somebody drew one border twice (rule ``sliver_width_m``)."""

from __future__ import annotations

from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import coverage_findings
from geodata.integrity.integrity_check import IntegrityCheck
from geodata.vocabulary import SizeUnit

CHECK = IntegrityCheck(
    "sliver", 30, lambda look: coverage_findings(look, {Kind.GAP, Kind.OVERLAP}, slivers=True), SizeUnit.M2
)
