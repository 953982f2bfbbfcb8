"""Batches that can be taken back, the lineage of units, and where a subject stood before a reorganisation."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    for part in ("tables", "undo", "places"):
        driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
        driver.execute(Path(__file__).with_name(f"0005_{part}.sql").read_bytes())
