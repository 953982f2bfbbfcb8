"""The grid: units, people, posts, subjects, visits, findings, samples, results, rules, load batches."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    for extension in ("postgis", "btree_gist"):
        op.execute(f"CREATE EXTENSION IF NOT EXISTS {extension} WITH SCHEMA public")
    for part in ("functions", "tables", "views"):
        # plain driver SQL: the files hold colons and percent signs that are not parameters
        driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
        driver.execute(Path(__file__).with_name(f"0001_{part}.sql").read_bytes())
