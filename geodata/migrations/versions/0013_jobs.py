"""Jobs: what is to be done beside the pages, and the queue (procrastinate 3.10) in a schema of its own."""

from __future__ import annotations

from pathlib import Path

import psycopg
from alembic import op

revision = "0013"
down_revision = "0012"

_FOLDER = Path(__file__).parent


def upgrade() -> None:
    driver: psycopg.Connection = op.get_bind().connection.driver_connection  # type: ignore[assignment]
    driver.execute((_FOLDER / "0013_jobs.sql").read_bytes())
    driver.execute(
        "INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES ('job_keep_days', '', '2000-01-01', '30',"
        " 'proposal: how long a job that is over is shown')"
    )
    # the library's own file, whose names are not qualified
    driver.execute("CREATE SCHEMA grid_queue")
    driver.execute("SET LOCAL search_path = grid_queue, public")
    driver.execute((_FOLDER / "0013_queue.sql").read_bytes())
    driver.execute("SET LOCAL search_path = grid, public")
