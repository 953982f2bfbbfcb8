"""How many percentage points between two days are a large change."""

from __future__ import annotations

from alembic import op

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    op.execute("""
INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES
    ('change_points', '', '2000-01-01', '5',
     'proposal: no national figure exists; to be set by the district')""")
