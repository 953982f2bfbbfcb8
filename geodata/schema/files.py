"""The files of this folder in the order they are run, and the checksum of all that the schema is made from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path

from geodata import permissions
from geodata.locks import Lock
from geodata.models import FactTable, fact_tables
from geodata.rule_kinds import rule_kind_rows
from geodata.search_kinds import search_kind_rows
from geodata.settings import settings

FOLDER = Path(__file__).parent
VERSIONS = FOLDER.parent / "migrations" / "versions"
"""The migrations, a new folder after every twenty or so; beside those of each revision its checksums.

``<revision>.sha256``, as ``sha256sum`` writes them.
"""
GROUND = ("roles", "clock", "locks", "checks")
"""What tables and migrations stand on: neither names a table."""
TOPICS = (
    "scope", "units", "roster", "narrowing", "chain", "revision", "audit", "undo", "rules", "levels", "enforcement",
    "facts", "checklists", "by_hand", "rule_changes", "accounts", "mobiles", "sign_in", "sessions", "tokens",
    "erasing", "integrity", "attachments", "merge", "merge_undo", "loading", "jobs", "search", "feedback", "notices",
    "saved", "access",
)  # fmt: skip


def topic_sql(name: str) -> str:
    """The SQL of one topic.

    Parameters
    ----------
    name
        One of ``clear``, ``GROUND`` and ``TOPICS``.

    Returns
    -------
    sql
        Text of ``<name>.sql`` in this folder.
    """
    return (FOLDER / f"{name}.sql").read_text(encoding="utf-8")


def migration_checksums() -> dict[str, str]:
    """Give the checksum of every file of a migration, as it was when the migration was made.

    Returns
    -------
    checksums
        File name → SHA-256 in hexadecimal, in the order of revisions.
    """
    lines = [
        line
        for file in sorted(VERSIONS.rglob("*.sha256"), key=lambda file: file.name)
        for line in file.read_text(encoding="utf-8").splitlines()
    ]
    return {name: checksum for checksum, name in map(str.split, lines)}


def registry_rows() -> list[dict[str, object]]:
    """The rows of ``grid.fact_table`` as the models say them: column → value.

    Returns
    -------
    rows
        One per table of facts, by name; only what ``grid.fact_table`` has a column for.
    """
    known = {column.name for column in FactTable.__table__.c}
    rows = ({"table_name": kept.table, "on_column": kept.on, **asdict(kept)} for kept in fact_tables().values())
    return [{name: value for name, value in row.items() if name in known} for row in rows]


def permission_grants() -> list[dict[str, str]]:
    """Give the rows of ``grid.permission_grant``.

    Returns
    -------
    rows
        Column → value of each line of ``permissions.GRANTS``.
    """
    return [{name: str(value) for name, value in asdict(grant).items()} for grant in permissions.GRANTS]


def post_grantors() -> list[dict[str, str]]:
    """Give the rows of ``grid.post_grantor``.

    Returns
    -------
    rows
        Column → value of each line of ``permissions.GIVEN_BY``.
    """
    return [{"role": str(role), "permission": str(permission)} for role, permission in permissions.GIVEN_BY.items()]


def handed_over() -> dict[str, str]:
    """What the program tells the files in settings of the upgrade's transaction: setting → value.

    Returns
    -------
    settings
        ``grid.time_zone`` a name of the tz database, ``grid.locks`` JSON: name of a lock in small letters → number.
    """
    locks = {lock.name.lower(): lock.value for lock in Lock}
    return {"grid.time_zone": settings().timezone, "grid.locks": json.dumps(locks)}


@cache
def code_checksum() -> str:
    """SHA-256, in hexadecimal, of migrations, files, registry, grants, rules, locks and time zone."""
    parts = [*map(topic_sql, ("clear", *GROUND, *TOPICS)), *handed_over().values()]
    rows = (registry_rows(), permission_grants(), post_grantors(), rule_kind_rows(), search_kind_rows())
    parts += [json.dumps(each) for each in (migration_checksums(), *rows)]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
