"""How old the data are, as of a day (domain §11.13): by what happened, not by when it was loaded."""

from __future__ import annotations

from datetime import date

import pytest

from geodata.freshness import read_freshness


@pytest.mark.parametrize(("day", "newest", "stale"), [
    ("2026-01-31", None, False), ("2026-02-01", "2026-02-01", False), ("2026-03-01", "2026-02-01", True),
    ("2026-03-10", "2026-03-10", False), ("2026-03-09", "2026-02-01", True),
])  # fmt: skip
def test_a_past_day_is_told_the_newest_event_up_to_it(world, day, newest, stale):
    world.visits("""
        subject | on
        S1      | 2026-02-01
        S3      | 2026-03-10
    """)
    told = read_freshness(world.db, date.fromisoformat(day))
    assert (told.data_as_of, told.stale) == (newest and date.fromisoformat(newest), stale)
