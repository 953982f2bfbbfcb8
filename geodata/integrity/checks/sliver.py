"""Slivers: gaps and overlaps so narrow that somebody drew one border twice (rule ``sliver_width_m``)."""

from __future__ import annotations

from geodata.integrity.coverage_faults import Kind
from geodata.integrity.coverage_findings import found
from geodata.integrity.integrity_check import Check
from geodata.vocabulary import SizeUnit

CHECK = Check("sliver", 30, lambda look: found(look, {Kind.GAP, Kind.OVERLAP}, slivers=True), SizeUnit.M2)
