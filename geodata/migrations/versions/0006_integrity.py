"""The grid-integrity work list, its rules, and the merge of duplicate subjects."""

from __future__ import annotations

import csv
from pathlib import Path

import psycopg
from alembic import op
from sqlalchemy import text

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    for part in ("tables", "access", "merge"):
        driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
        driver.execute(Path(__file__).with_name(f"0006_{part}.sql").read_bytes())
    insert = text(
        "INSERT INTO grid.rule (key, scope, from_on, value, source)"
        " VALUES (:key, :scope, CAST(:from_on AS date), CAST(:value AS jsonb), :source)"
    )
    with Path(__file__).with_name("0006_rules.csv").open(encoding="utf-8", newline="") as file:
        op.get_bind().execute(insert, list(csv.DictReader(file)))
