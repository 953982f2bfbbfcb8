"""Bringing functions, views, policies, triggers and grants to what the files of this folder say, in one transaction."""

from __future__ import annotations

import psycopg
from sqlalchemy import Connection, delete, insert, text

from geodata.models import FactTable, PermissionGrant, PostGrantor, RuleKindRow
from geodata.models.service.search import SearchKindRow
from geodata.rule_kinds import rule_kind_rows
from geodata.schema.catalogue import catalogue_fingerprint
from geodata.schema.files import (
    GROUND,
    TOPICS,
    code_checksum,
    handed_over,
    permission_grants,
    post_grantors,
    registry_rows,
    topic_sql,
)
from geodata.schema.tables import require_tables
from geodata.search_kinds import search_kind_rows


def _run(db: Connection, *names: str) -> None:
    driver = db.connection.driver_connection
    assert isinstance(driver, psycopg.Connection)
    # functions name each other and tables that come later: they are looked into when all stand
    driver.execute("SET LOCAL check_function_bodies = off")
    for setting, value in handed_over().items():
        driver.execute("SELECT set_config(%s, %s, true)", (setting, value))
    for name in names:
        # without parameters the driver leaves colons and percent signs alone
        driver.execute(topic_sql(name).encode())
    driver.execute("SET LOCAL check_function_bodies = on")


def lay_bare(db: Connection) -> None:
    """Take away all but the tables and what they stand on, so that migrations can change tables freely.

    Parameters
    ----------
    db
        The upgrade's transaction, of the schema's owner, on psycopg.
    """
    _run(db, "clear", *GROUND)


def apply_schema(db: Connection) -> None:
    """Make everything anew as the files and the models' registry say it, and note what then stands.

    In the caller's transaction, so that nobody ever sees a table without its policies; the tables must be those of the
    newest migration. Locks every table of the schema.

    Parameters
    ----------
    db
        The upgrade's transaction, of the schema's owner, on psycopg.

    Raises
    ------
    SetupError
        A table lacks what its model says.
    """
    require_tables(db)
    lay_bare(db)
    for table, rows in (
        (FactTable, registry_rows()),
        (PermissionGrant, permission_grants()),
        (PostGrantor, post_grantors()),
        (RuleKindRow, rule_kind_rows()),
        (SearchKindRow, search_kind_rows()),
    ):
        db.execute(delete(table))
        db.execute(insert(table), rows)
    _run(db, *TOPICS)
    # an answer may be another one now: caches ask anew
    db.execute(text("INSERT INTO grid.revision DEFAULT VALUES ON CONFLICT DO NOTHING"))
    state = "INSERT INTO grid.schema_state (made_by, catalogue) VALUES (:code, :catalogue) ON CONFLICT (single)"
    state += " DO UPDATE SET made_by = excluded.made_by, catalogue = excluded.catalogue, made_at = now()"
    db.execute(text(state), {"code": code_checksum(), "catalogue": catalogue_fingerprint(db)})
