"""The small office of ``office.py`` as a database, loaded once per worker and copied for each test."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import Engine

from dashboard.app.create_app import GridDash
from geodata.database.scope import write_transaction
from geodata.settings import settings
from tests.builders import small_world
from tests.integration import office
from tests.visitors import add_accounts, application


@pytest.fixture(scope="session")
def office_template(
    new_database: Callable[..., Iterator[Engine]], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """Name of a database with the small office in it, for copying only."""
    database = new_database()
    engine = next(database)
    office.load_office(engine, tmp_path_factory.mktemp("office"))
    engine.dispose()  # a database is copied only while nobody is connected to it
    yield str(engine.url.database)
    next(database, None)


@pytest.fixture
def loaded(office_template: str, new_database: Callable[..., Iterator[Engine]]) -> Iterator[Engine]:
    """Engine on a copy of the small office's database of the test's own; the test may commit."""
    yield from new_database(office_template)


@pytest.fixture(scope="session")
def standing(office_template: str, new_database: Callable[..., Iterator[Engine]]) -> Iterator[Engine]:
    """Engine on a copy that one worker's tests share: for files that are refused, which must not change it."""
    yield from new_database(office_template)


@pytest.fixture
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home of the test's own for the files of an installation: uploads and mappings, not the server."""
    monkeypatch.setenv("GRID_HOME", str(tmp_path_factory.mktemp("home")))
    settings.cache_clear()
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture(scope="module")
def small_app(new_database: Callable[..., Iterator[Engine]]) -> Iterator[GridDash]:
    """The application over the small world with everybody's account, shared by the tests of a module."""
    database = new_database()
    engine = next(database)
    with write_transaction(engine) as db:
        add_accounts(small_world(db))
    yield application(engine)
    next(database, None)
