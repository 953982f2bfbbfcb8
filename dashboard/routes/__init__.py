"""Plain HTTP answers beside the pages, one file each with ``AUDIENCE`` (for whom) and ``register(server, desk)``."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType


def discover() -> list[ModuleType]:
    """Every module of this folder that registers routes."""
    modules = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]
    return [module for module in modules if hasattr(module, "register")]
