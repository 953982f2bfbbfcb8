"""Two roles of the application: one for the view of one area, one for the view of all; each with its own policies."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute(Path(__file__).with_suffix(".sql").read_bytes())
