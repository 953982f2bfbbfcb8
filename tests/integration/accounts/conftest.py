"""The small world with everybody's account, and a password."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash
from dashboard.auth import password
from geodata.database.scope import write_transaction
from tests.builders import small_world
from tests.integration.at_the_door import SECRET
from tests.visitors import add_accounts, application


@pytest.fixture
def app(empty_db: Engine) -> GridDash:
    """The application; the password of all is ``SECRET``."""
    kept = password.hash_password(SECRET)
    with write_transaction(empty_db) as db:
        add_accounts(small_world(db))
        db.execute(text("UPDATE grid.account SET password_hash = :hash"), {"hash": kept})
    return application(empty_db)
