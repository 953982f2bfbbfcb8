"""The hostile district, built once for all workers."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine

from dashboard.app.create_app import GridDash
from geodata.database.engine import make_engine
from tests.integration.hostile.words import Place
from tests.integration.hostile.world import act, build, every_text
from tests.visitors import application, close_applications

NAME = "hostile_read"


@pytest.fixture(scope="session")
def hostile_district(
    read_database: Callable[[str, Callable[[str], None]], Engine], tmp_path_factory: pytest.TempPathFactory
) -> Engine:
    """Engine on the hostile district; it is read alone."""

    def fill(url: str) -> None:
        engine = make_engine(url)
        build(engine, tmp_path_factory.mktemp("hostile"))
        act(application(engine))
        close_applications()
        engine.dispose()

    return read_database(NAME, fill)


@pytest.fixture(scope="module")
def app(hostile_district: Engine) -> GridDash:
    """The application over it."""
    return application(hostile_district)


@pytest.fixture(scope="session")
def texts(hostile_district: Engine) -> dict[Place, str]:
    """Every hostile text of the district."""
    return every_text(hostile_district)
