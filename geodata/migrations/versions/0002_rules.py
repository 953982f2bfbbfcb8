"""The first rules: intervals, windows, class breaks, banned substances; each a dated row with its source."""

from __future__ import annotations

import csv
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    _insert(
        "rules",
        "INSERT INTO grid.rule (key, scope, from_on, value, source)"
        " VALUES (:key, :scope, CAST(:from_on AS date), CAST(:value AS jsonb), :source)",
    )
    _insert(
        "banned",
        "INSERT INTO grid.banned_substance (analyte, from_on, source)"
        " VALUES (:analyte, CAST(:from_on AS date), :source)",
    )


def _insert(name: str, statement: str) -> None:
    with Path(__file__).with_name(f"0002_{name}.csv").open(encoding="utf-8", newline="") as file:
        op.get_bind().execute(text(statement), list(csv.DictReader(file)))
