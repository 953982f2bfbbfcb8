"""The checks of the grid: one file per check, its ``CHECK`` named as the file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from types import MappingProxyType

from geodata import plugins
from geodata.errors import NotFound
from geodata.integrity.integrity_check import IntegrityCheck


@cache
def discover() -> Mapping[str, IntegrityCheck]:
    """Every check by its key, in the order in which they are told."""
    return MappingProxyType(plugins.discover(__name__, "CHECK", IntegrityCheck))


def select_checks(keys: Iterable[str] | None) -> list[IntegrityCheck]:
    """The checks that were asked for.

    Parameters
    ----------
    keys
        Their keys; None: all.

    Returns
    -------
    checks
        In the order in which they are told, each once.

    Raises
    ------
    NotFound
        There is no check of a key.
    """
    known = discover()
    meant = list(known) if keys is None else list(keys)
    for key in meant:
        if key not in known:
            raise NotFound("etl.integrity.no_such_check", check=key, checks=" ".join(known))
    return [each for each in known.values() if each.key in meant]
