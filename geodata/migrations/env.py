"""Alembic's entry: runs the migrations on the engine handed over by ``geodata.database.engine``."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from geodata.database.locks import Lock, take_lock
from geodata.models import SCHEMA, Base


def run() -> None:
    engine = context.config.attributes["engine"]
    with engine.begin() as db:
        take_lock(db, Lock.MIGRATION)
        db.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        context.configure(
            connection=db, target_metadata=Base.metadata, version_table_schema=SCHEMA, include_schemas=True
        )
        context.run_migrations()


run()
