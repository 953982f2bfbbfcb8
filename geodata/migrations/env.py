"""Alembic's entry: runs the migrations on the engine handed over by ``geodata.database.engine``."""

from __future__ import annotations

from alembic import context
from sqlalchemy import text

from geodata.locks import Lock, take_lock
from geodata.models import SCHEMA, Base
from geodata.schema import apply_schema, is_current, lay_bare

FIRST = {f"{number:04}" for number in range(1, 9)}
"""The migrations that made and replaced functions, policies and triggers themselves; each stands on those before it."""
# 0004 had no such function when it first stood, and 0008 names it; what is today's takes its place in the end
_STAND_IN = """
DO $$ BEGIN
    IF to_regprocedure('grid.hand_batch(text)') IS NOT NULL AND to_regprocedure('grid.own_batch(integer)') IS NULL THEN
        CREATE FUNCTION grid.own_batch(batch integer) RETURNS boolean LANGUAGE sql AS 'SELECT false';
    END IF;
END $$"""


def run() -> None:
    engine = context.config.attributes["engine"]
    with engine.begin() as db:
        take_lock(db, Lock.MIGRATION)
        db.execute(text(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}"))
        context.configure(
            connection=db, target_metadata=Base.metadata, version_table_schema=SCHEMA, include_schemas=True
        )
        migration = context.get_context()
        script = context.script
        head, at = script.get_current_head(), migration.get_current_revision()
        if at == head and is_current(db):
            return
        if at not in {None, head, *FIRST}:
            lay_bare(db)
        # what an early form of a migration left out is named by a later one's functions; 0009 makes it
        db.execute(text("SET LOCAL check_function_bodies = off"))
        if at in FIRST:
            db.execute(text(_STAND_IN))
        context.run_migrations()
        if migration.get_current_revision() == head:
            apply_schema(db)


run()
