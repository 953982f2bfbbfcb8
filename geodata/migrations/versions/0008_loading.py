"""The role files are loaded with through a page: it writes facts, and owns nothing."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute(Path(__file__).with_suffix(".sql").read_bytes())
