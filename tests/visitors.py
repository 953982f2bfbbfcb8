"""Accounts in the small world and in the demonstration, and clients that are signed in as one of them."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import Engine, text

from dashboard.app.create_app import GridDash, create_app
from dashboard.auth.browser_secrets import keyed_hash, new_secret
from dashboard.auth.first_accounts import FILE
from geodata.accounts.sessions import Device, begin_session
from geodata.database.engine import application_engine, door_engine
from geodata.database.scope import Scope, door_transaction
from geodata.settings import settings
from geodata.words.session_words import SignInWay
from tests.builders import World

DISTRICT = "district"
"""Folder of the demonstration's passwords in the tests' home: other tests start districts of their own there."""

_OPEN: list[Engine] = []
AT_ONCE = 8
"""Engines that keep connections while no test asks them anything: the tests' one server has a hundred."""
PEOPLE = ("Lin", "Qin", "Hu1", "Su1", "As1", "Hu2", "Su2", "As3", "Da", "Ad")
OFFICE_POSTS = """
person | role          | unit
Da     | data_steward  | D
Ad     | administrator | D
"""


def add_account(world: World, person: str) -> None:
    """An account for a person; the login is the name in lower case."""
    world.db.execute(text("INSERT INTO grid.account (login, person_no) VALUES (lower(:p), :p)"), {"p": person})


def add_accounts(world: World) -> None:
    """The office's two posts, and an account for everybody who holds a post of a unit."""
    world.posts(OFFICE_POSTS)
    for person in PEOPLE:
        add_account(world, person)


def application(owner: Engine, **changes: object) -> GridDash:
    """The application over a database, connected as its own role; ``changes`` are settings. Closed with its module."""
    pages, door = application_engine(owner.url), door_engine(owner.url)
    for unasked in _OPEN[:-AT_ONCE]:
        unasked.dispose()
    _OPEN.extend((pages, door))
    return create_app(settings().model_copy(update=changes), pages, door)


def close_applications() -> None:
    """Close the connections of every application made so far."""
    while _OPEN:
        _OPEN.pop().dispose()


def signed_in(app: GridDash, login: str | None) -> FlaskClient:
    """A client whose session is the account's; None: nobody's."""
    client = app.server.test_client()
    if login is not None:
        found = app.ctx.find_visitor(login)
        assert found is not None, f"no account {login}"
        secret = new_secret()
        with app.server.app_context():
            session_hash, device = keyed_hash(secret), Device(keyed_hash(f"the tests' own of {login}"))
        with door_transaction(app.ctx.door, Scope("", "127.0.0.1")) as db:
            begin_session(db, login, session_hash, SignInWay.OIDC, device)
        with client.session_transaction() as session:
            session["_user_id"] = f"{secret}:{login}"
    return client


def token(client: FlaskClient) -> str:
    """The token a page of this client would send along with a form or a callback."""
    client.get("/sign-in")
    cookie = client.get_cookie("_csrf_token")
    assert cookie is not None
    return str(cookie.value)


def password_of(login: str, home: Path | None = None) -> str:
    """The password the demonstration's start told of an account."""
    for line in ((home or settings().home / DISTRICT) / FILE).read_text(encoding="utf-8").splitlines():
        if line.split()[0] == login:
            return line.split()[1]
    raise KeyError(login)
