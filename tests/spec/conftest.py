"""The spec's world: the small named world, undone after each test."""

from __future__ import annotations

import pytest
from sqlalchemy import Connection

from tests.builders import World, small_world


@pytest.fixture
def world(db: Connection) -> World:
    return small_world(db)
