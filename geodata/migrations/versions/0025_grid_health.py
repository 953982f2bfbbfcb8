"""The two rules of a grid's health: how many subjects for one assistant, and how long without a record."""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    op.execute("""
INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES
    ('overload_subjects', '', '2000-01-01', '60',
     'proposal: no national figure exists; to be set by the district'),
    ('silent_days', '', '2000-01-01', '30',
     'proposal: no national figure exists; to be set by the district')""")
