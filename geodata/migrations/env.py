"""Alembic's entry: runs the migrations on the engine handed over by ``geodata.database.engine``."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from geodata.models import SCHEMA, Base

MIGRATION_LOCK = 220602  # any constant: two migrations of one database wait for each other


def run() -> None:
    engine = context.config.attributes["engine"]
    with engine.begin() as db:
        db.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": MIGRATION_LOCK})
        db.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        context.configure(
            connection=db, target_metadata=Base.metadata, version_table_schema=SCHEMA, include_schemas=True
        )
        context.run_migrations()


run()
