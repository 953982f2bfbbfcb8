"""The screens, one folder each: pages, what they show, the components that show it, the addresses of their forms.

Screens are strangers to each other. A second page or file of addresses of a screen is called ``<what>_page`` or
``<what>_routes``; that is how both are found.
"""

from __future__ import annotations

from dashboard.request.pages import Page
from geodata.plugins import plugin_modules


def discover_pages() -> list[Page]:
    """Every screen's pages, by key.

    Returns
    -------
    pages
        Sorted by key.

    Raises
    ------
    TypeError
        A module called ``page`` or ``<what>_page`` holds no ``PAGE``.
    """
    pages = []
    for module in plugin_modules(__name__):
        if not module.__name__.endswith((".page", "_page")):
            continue
        page = getattr(module, "PAGE", None)
        if not isinstance(page, Page):
            raise TypeError(f"{module.__name__} holds no Page named PAGE")
        pages.append(page)
    return sorted(pages, key=lambda page: page.key)
