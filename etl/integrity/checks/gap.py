"""Gaps: land of a parent that no unit covers, wide enough to be a place and not a drawing error."""

from __future__ import annotations

from etl.integrity.areas import found
from etl.integrity.check import Check
from etl.integrity.coverage import Kind
from geodata.vocabulary import SizeUnit

CHECK = Check("gap", 10, lambda look: found(look, {Kind.GAP}, slivers=False), SizeUnit.M2)
