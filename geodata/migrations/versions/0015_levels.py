"""The levels of the tree and where each post may be held become data; the four of before are what is there."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0015"
down_revision = "0014"

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute((_FOLDER / "0015_levels.sql").read_bytes())
