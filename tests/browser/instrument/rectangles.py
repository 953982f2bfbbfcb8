"""What a page shows is measured: text that is cut, that lies on other text or under a panel, or leaves its frame."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page

MEASURES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").partition("*/")[2]


def text_faults(page: Page) -> list[str]:
    """Text that somebody would not read; one that is reached by scrolling a list is none of it.

    Parameters
    ----------
    page
        Loaded and at rest.

    Returns
    -------
    faults
        What is wrong, in which element (by its class), and the text.
    """
    found: list[str] = page.evaluate(f"() => ({MEASURES}).faults()")
    return found


def small_texts(page: Page, least: float) -> list[str]:
    """Texts below so many pixels, in pages and their drawings."""
    found: list[str] = page.evaluate(f"least => ({MEASURES}).small(least)", least)
    return found


def narrow_targets(page: Page, least: float) -> list[str]:
    """Controls below so many pixels in width or height; a link within running text is as high as its line."""
    found: list[str] = page.evaluate(f"least => ({MEASURES}).narrow(least)", least)
    return found
