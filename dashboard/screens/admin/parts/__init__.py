"""The parts of the management pages: one file each, its ``PART`` named as the file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from dashboard.screens.admin.admin_part import Part
from geodata import plugins


@cache
def discover() -> Mapping[str, Part]:
    """Every part by its key, in order."""
    return MappingProxyType(plugins.discover(__name__, "PART", Part))
