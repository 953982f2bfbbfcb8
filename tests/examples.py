"""How many examples a test made of random ones tries: its own number, and twenty times that under ``make soak``."""

from __future__ import annotations

from hypothesis import settings

SOAK = "soak"
_PLAIN = settings.get_profile("default").max_examples
# nothing is measured in a test: how long an example takes says how busy the machine is
settings.register_profile("default", deadline=None)
settings.register_profile(SOAK, max_examples=20 * _PLAIN, deadline=None)


def examples(count: int) -> int:
    """``count``, times what the chosen profile tries more than Hypothesis does by default; never fewer."""
    return count * max(settings.default.max_examples // _PLAIN, 1)
