"""The registry of tables of facts; from here on migrations change tables and data, the rest stands in ``schema/``."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

from geodata.schema import lay_bare

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    lay_bare(op.get_bind())
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute(Path(__file__).with_suffix(".sql").read_bytes())
