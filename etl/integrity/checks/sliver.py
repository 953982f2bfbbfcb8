"""Slivers: gaps and overlaps so narrow that somebody drew one border twice (rule ``sliver_width_m``)."""

from __future__ import annotations

from etl.integrity.areas import found
from etl.integrity.check import Check
from etl.integrity.coverage import Kind
from geodata.vocabulary import SizeUnit

CHECK = Check("sliver", 30, lambda look: found(look, {Kind.GAP, Kind.OVERLAP}, slivers=True), SizeUnit.M2)
