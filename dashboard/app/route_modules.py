"""The modules of addresses: those of the API and those of each screen, found by their names."""

from __future__ import annotations

from types import ModuleType

from geodata.plugins import plugin_modules


def discover_routes() -> list[ModuleType]:
    """Every module called ``routes`` or ``<what>_routes``: ``PERMISSION`` and ``register(server, context)``.

    ``TOKENS = True`` beside them: its addresses are feeds, which programs also read by a personal token.

    Returns
    -------
    modules
        In the order of their dotted names, those of the API first.

    Raises
    ------
    TypeError
        Such a module does not say for whom its addresses are, or registers none.
    """
    found = [
        module
        for room in ("dashboard.api", "dashboard.screens")
        for module in plugin_modules(room)
        if module.__name__.endswith((".routes", "_routes"))
    ]
    for module in found:
        if not (hasattr(module, "PERMISSION") and callable(getattr(module, "register", None))):
            raise TypeError(f"{module.__name__} holds no PERMISSION or no register")
    return found
