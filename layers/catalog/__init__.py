"""The layers there are: every module of this folder holds one ``LAYER`` whose key is the file's name.

Nothing here is for others.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from geodata import plugins
from layers.layer import Layer


@cache
def discover() -> Mapping[str, Layer]:
    """All layers by key, in the order of the layer switch."""
    return MappingProxyType(plugins.discover(__name__, "LAYER", Layer))
