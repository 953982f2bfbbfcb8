"""How plug-ins are found: each module of a folder holds one object under a fixed name, whose key is the file's name."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import walk_packages
from types import ModuleType
from typing import TypeVar

T = TypeVar("T")


def plugin_modules(package: str) -> Iterator[ModuleType]:
    """Import every module of a folder and of its subfolders, except those whose name begins with ``_``.

    Parameters
    ----------
    package
        Dotted name of the folder.

    Yields
    ------
    module
        In the order of their dotted names.
    """
    folder = import_module(package)
    for found in sorted(walk_packages(folder.__path__, f"{package}."), key=lambda each: each.name):
        if not found.ispkg and not any(part.startswith("_") for part in found.name.split(".")):
            yield import_module(found.name)


def discover(packages: str | tuple[str, ...], attribute: str, kind: type[T], *, key: str = "key") -> dict[str, T]:
    """Find the plug-ins of a folder, or of several.

    Parameters
    ----------
    packages
        Dotted names of the folders; subfolders only group, a key is known once in all of them.
    attribute
        Name each module holds its plug-in under, ``INDICATOR``.
    kind
        What the plug-in must be an instance of.
    key
        The plug-in's own attribute that must repeat the file's name.

    Returns
    -------
    plugins
        Key → plug-in, ordered by ``(order, key)``; plug-ins without ``order`` by key.

    Raises
    ------
    TypeError
        A module without the attribute, with something else in it, with another key than its name, or with a key that
        another module has: a bug of that file, told before anything is served.
    """
    found: dict[str, T] = {}
    folders = (packages,) if isinstance(packages, str) else packages
    for module in (module for folder in folders for module in plugin_modules(folder)):
        name = module.__name__.rsplit(".", 1)[1]
        plugin = getattr(module, attribute, None)
        if not isinstance(plugin, kind):
            raise TypeError(f"{module.__name__}: {attribute} must be a {kind.__name__}, not {type(plugin).__name__}")
        if getattr(plugin, key) != name:
            raise TypeError(f"{module.__name__}: the {key} of {attribute} is {getattr(plugin, key)!r}, not {name!r}")
        if name in found:
            raise TypeError(f"{module.__name__}: the key {name} stands twice")
        found[name] = plugin
    return dict(sorted(found.items(), key=lambda item: (getattr(item[1], "order", 0), item[0])))
