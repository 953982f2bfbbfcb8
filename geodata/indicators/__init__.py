"""The indicators: one file each, found by name; ``INDICATORS`` maps key → Indicator in display order."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from geodata.errors import NotFound
from geodata.indicators.indicator import Indicator


@cache
def discover() -> dict[str, Indicator]:
    """Every module here that has an ``INDICATOR``; its key must be the file's name."""
    found: dict[str, Indicator] = {}
    for module in iter_modules(__path__):
        indicator = getattr(import_module(f"{__name__}.{module.name}"), "INDICATOR", None)
        if indicator is not None:
            if indicator.key != module.name:
                raise ValueError(f"{module.name}.py declares the key {indicator.key}")
            found[indicator.key] = indicator
    return dict(sorted(found.items(), key=lambda item: item[1].order))


INDICATORS = discover()


def indicator(key: str) -> Indicator:
    """The indicator of that key; NotFound otherwise."""
    try:
        return INDICATORS[key]
    except KeyError:
        raise NotFound("error.indicator_unknown", key=key, known=", ".join(INDICATORS)) from None


__all__ = ["INDICATORS", "Indicator", "indicator"]
