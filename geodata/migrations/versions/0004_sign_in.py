"""How people come in: tries and locks, the visitor behind a login, what is managed through the application."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    for part in ("sign_in", "managing"):
        driver.execute(Path(__file__).with_name(f"0004_{part}.sql").read_bytes())
