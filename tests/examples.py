"""How many examples a test made of random ones tries: its own number, and twenty times that under ``make soak``."""

from __future__ import annotations

from hypothesis import settings

SOAK = "soak"
_PLAIN = settings.get_profile("default").max_examples
settings.register_profile(SOAK, max_examples=20 * _PLAIN)


def examples(count: int) -> int:
    """``count``, times what the chosen profile tries more than Hypothesis does by default; never fewer."""
    return count * max(settings.default.max_examples // _PLAIN, 1)
