"""The migrations make exactly what the models say, and can be applied twice."""

from __future__ import annotations

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine, text

from geodata.database.scope import read_transaction
from geodata.database.upgrade import is_empty, migrate, newest_version, schema_version
from geodata.freshness import data_version
from geodata.locale import Lang, read_catalogue
from geodata.models import SCHEMA, Base
from tests.builders import small_world


def test_migrations_and_models_agree(empty_db):
    def ours(thing, name, *_):
        # PostGIS keeps its own tables in public; exclusion constraints have index shadows the models cannot name
        return getattr(thing, "schema", SCHEMA) == SCHEMA and name != "alembic_version"

    # without schema grid in the search path, where reflection would leave its name out
    plain = create_engine(empty_db.url, connect_args={"options": "-c search_path=public"})
    with plain.connect() as db:
        context = MigrationContext.configure(
            db, opts={"include_schemas": True, "include_object": ours, "version_table_schema": SCHEMA}
        )
        differences = [
            difference
            for difference in compare_metadata(context, Base.metadata)
            if not (isinstance(difference, tuple) and str(getattr(difference[1], "name", "")).startswith("ex_"))
        ]
    plain.dispose()
    assert differences == []


def test_applying_the_migrations_again_changes_nothing(empty_db):
    migrate(empty_db)
    with read_transaction(empty_db) as db:
        assert schema_version(db) == newest_version()
        assert is_empty(db)


def test_the_data_version_changes_with_every_committed_change_and_only_then(empty_db):
    seen = []

    def look():
        with read_transaction(empty_db) as db:
            seen.append(data_version(db))

    look()
    look()
    with empty_db.begin() as db:
        small_world(db)
    look()
    with empty_db.begin() as db:
        db.execute(text("UPDATE grid.rule SET value = '60' WHERE key = 'severe_days'"))
    look()
    with empty_db.connect() as db:
        db.execute(text("DELETE FROM grid.post"))
        db.rollback()
    look()
    assert seen[0] == seen[1]
    assert len(set(seen)) == 3
    assert seen[3] == seen[4]


def test_a_reading_transaction_cannot_write(empty_db):
    import pytest
    from sqlalchemy.exc import InternalError, ProgrammingError

    with read_transaction(empty_db) as db, pytest.raises((InternalError, ProgrammingError), match="read-only"):
        db.execute(text("DELETE FROM grid.rule"))


def test_every_rule_has_a_name_in_both_languages(empty_db):
    with read_transaction(empty_db) as db:
        keys = db.execute(text("SELECT DISTINCT key FROM grid.rule ORDER BY key")).scalars().all()
    assert keys
    assert [(key, lang) for key in keys for lang in Lang if f"rule.name.{key}" not in read_catalogue(lang)] == []
