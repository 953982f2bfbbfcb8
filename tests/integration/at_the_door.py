"""What people do at the sign-in page, and moving what was noted there to other times: nobody waits for hours."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import Engine, text
from werkzeug.test import TestResponse

from geodata.database.scope import read_transaction, write_transaction
from tests.visitors import token

SECRET = "a long enough secret"
"""The password of every account of the fixture ``app``."""


def attempt(client: FlaskClient, login: str, said: str = SECRET, where: str = "10.0.0.1", **more: str) -> TestResponse:
    """A try through the form, from an address."""
    form = {"login": login, "password": said, "csrf_token": token(client), **more}
    return client.post("/sign-in", data=form, environ_base={"REMOTE_ADDR": where})


def actions(engine: Engine) -> list[str]:
    """What the trail has of signing in and out, in its order."""
    with read_transaction(engine) as db:
        return list(db.execute(text("SELECT action FROM grid.audit WHERE action LIKE '%sign%' ORDER BY id")).scalars())


def fail(engine: Engine, login: str, count: int, where: str = "10.0.0.1") -> None:
    """Failed tries of strangers at a login, in this moment."""
    noted = (
        "INSERT INTO grid.audit (db_role, address, action, row_key)"
        " SELECT 'grid_door', :place, 'sign_in_tried', grid.login_mark(:login) FROM generate_series(1, :count)"
    )
    with write_transaction(engine) as db:
        db.execute(text(noted), {"place": where, "login": login, "count": count})


def let_pass(engine: Engine, span: str) -> None:
    """Some time passes, as far as tries, sessions and devices go."""
    with write_transaction(engine) as db:
        db.execute(text("ALTER TABLE grid.audit DISABLE TRIGGER append_only"))
        db.execute(text("UPDATE grid.audit SET at = at - CAST(:span AS interval)"), {"span": span})
        db.execute(text("ALTER TABLE grid.audit ENABLE TRIGGER append_only"))
        for moment in ("session SET begun_at", "session SET seen_at", "known_device SET used_at"):
            name = moment.split()[-1]
            db.execute(text(f"UPDATE grid.{moment} = {name} - CAST(:span AS interval)"), {"span": span})
