"""``/healthz``: whether the database answers and its schema is the one this program knows."""

from __future__ import annotations

from flask import Flask, Response, jsonify
from sqlalchemy.exc import SQLAlchemyError

from dashboard.request.audience import Audience
from dashboard.request.context import AppContext
from geodata.database.engine import schema_version

AUDIENCE = Audience.PUBLIC


def register(server: Flask, ctx: AppContext) -> None:
    """Add the route: 200 with the schema's version, 503 when the database does not answer or has no schema."""

    @server.get("/healthz")
    def health() -> tuple[Response, int]:
        version = _version(ctx)
        answer = jsonify(status="ok" if version else "unavailable", database=version is not None, schema=version)
        answer.headers["Cache-Control"] = "no-store"
        return answer, 200 if version else 503


def _version(ctx: AppContext) -> str | None:
    try:
        found: str | None = ctx.query(schema_version)
    except SQLAlchemyError:
        return None
    return found
