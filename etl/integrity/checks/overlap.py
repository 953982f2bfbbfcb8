"""Overlaps: land that two units of one level both cover, wide enough to be a place and not a drawing error."""

from __future__ import annotations

from etl.integrity.areas import found
from etl.integrity.check import Check
from etl.integrity.coverage import Kind
from geodata.vocabulary import SizeUnit

CHECK = Check("overlap", 20, lambda look: found(look, {Kind.OVERLAP}, slivers=False), SizeUnit.M2)
