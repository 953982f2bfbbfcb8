"""Which post may do what, as the upgrade writes it: ``geodata.permissions`` says it."""

from __future__ import annotations

from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.execute(
        "CREATE TABLE grid.permission_grant (role TEXT NOT NULL, permission TEXT NOT NULL, reach TEXT NOT NULL,"
        " source TEXT NOT NULL, CONSTRAINT pk_permission_grant PRIMARY KEY (role, permission))"
    )
    op.execute(
        "CREATE TABLE grid.post_grantor (role TEXT NOT NULL, permission TEXT NOT NULL,"
        " CONSTRAINT pk_post_grantor PRIMARY KEY (role))"
    )
