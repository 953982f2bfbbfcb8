"""``/healthz/alive``: whether this process answers; ``/healthz/ready``, ``/healthz``: whether people can be let in."""

from __future__ import annotations

from flask import Flask, Response, jsonify
from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError

from dashboard.request.admission import PUBLIC
from dashboard.request.context import AppContext
from geodata.database.upgrade import schema_version
from geodata.locale import translate
from geodata.schema import is_current
from geodata.settings import settings

PERMISSION = PUBLIC


def register(server: Flask, ctx: AppContext) -> None:
    """Add the routes. Alive: 200, whatever the database does; to begin the process again would help no more.

    Ready: 200 with the schema's version; 503 without a database or schema, or with an unexpected one, and what is not
    as expected is said in one sentence, with what to run.

    Parameters
    ----------
    server
        The application's Flask server.
    ctx
        What every route is given; the database is asked as nobody.
    """

    @server.get("/healthz/alive")
    def alive() -> Response:
        return jsonify(status="ok")

    @server.get("/healthz")
    @server.get("/healthz/ready")
    def health() -> tuple[Response, int]:
        version, expected = _schema(ctx)
        told = {} if expected or version is None else {"message": translate("error.schema_unexpected", settings().lang)}
        answer = jsonify(
            status="ok" if expected else "unavailable", database=version is not None, schema=version, **told
        )
        return answer, 200 if expected else 503


def _schema(ctx: AppContext) -> tuple[str | None, bool]:
    """The schema's version, and whether it is what this code expects."""

    def ask(db: Connection) -> tuple[str | None, bool]:
        return schema_version(db), is_current(db, since_start=True)

    try:
        found: tuple[str | None, bool] = ctx.query(ask)
    except SQLAlchemyError:
        return None, False
    return found
