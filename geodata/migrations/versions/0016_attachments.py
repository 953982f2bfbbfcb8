"""Attachments of visits and work items, and how long they are kept."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute((Path(__file__).parent / "0016_attachments.sql").read_bytes())
    driver.execute(
        "INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES ('attachment_keep_days', '', '2000-01-01',"
        " '1096', 'proposal: three years; records of production are kept two (law art 27)')"
    )
