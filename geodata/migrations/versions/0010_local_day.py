"""A visit is not recorded before its own day, wherever the day begins: the check asks ``grid.day_of``."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.execute(
        "ALTER TABLE grid.visit DROP CONSTRAINT ck_visit_not_in_future, ADD CONSTRAINT ck_visit_not_in_future"
        " CHECK (visited_on <= grid.day_of(recorded_at)) NOT VALID"
    )
    # what stands was judged by another zone's day where the zone has been set since; it stays, and the new is judged
    op.execute(
        "DO $$ BEGIN ALTER TABLE grid.visit VALIDATE CONSTRAINT ck_visit_not_in_future;"
        " EXCEPTION WHEN check_violation THEN NULL; END $$"
    )
