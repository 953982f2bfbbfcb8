"""Kinds of fact, one module each; its name is the kind, its ``SOURCE`` says everything about it."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from etl.kinds.source import Source
from geodata import plugins


@cache
def discover() -> Mapping[str, Source]:
    """Every kind of fact by its name, in load order."""
    return MappingProxyType(plugins.discover(__name__, "SOURCE", Source, key="kind"))
