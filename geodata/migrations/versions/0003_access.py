"""Who may see what: accounts, the application's role, row-level security, the audit trail."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    for part in ("tables", "access"):
        driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
        driver.execute(Path(__file__).with_name(f"0003_{part}.sql").read_bytes())
