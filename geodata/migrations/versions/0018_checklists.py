"""Checklists as dated data, with the seven and the nine heads; old visits and findings keep the list they answered."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute(Path(__file__).with_name("0018_checklists.sql").read_bytes())
