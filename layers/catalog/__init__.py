"""The layers there are: every module of this folder holds one ``LAYER`` whose key is the file's name."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from layers.layer import Layer


@cache
def discover() -> Mapping[str, Layer]:
    """All layers by key, in the order of the layer switch.

    Raises
    ------
    ValueError
        When a file's layer is not named like the file (a bug of that file).
    """
    found: list[Layer] = []
    for module in iter_modules(__path__):
        layer: Layer = import_module(f"{__name__}.{module.name}").LAYER
        if layer.key != module.name:
            raise ValueError(f"layers/catalog/{module.name}.py holds a layer named {layer.key!r}")
        found.append(layer)
    return MappingProxyType({layer.key: layer for layer in sorted(found, key=lambda layer: layer.order)})
