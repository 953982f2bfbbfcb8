"""People whose personal data were erased by law."""

from __future__ import annotations

from alembic import op

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    op.execute("""
CREATE TABLE grid.erased_person (
    person_no TEXT NOT NULL,
    erased_at TIMESTAMP WITH TIME ZONE NOT NULL,
    basis TEXT NOT NULL,
    is_synthetic BOOLEAN NOT NULL,
    CONSTRAINT pk_erased_person PRIMARY KEY (person_no),
    CONSTRAINT ck_erased_person_basis_given CHECK (btrim(basis) <> '')
)""")
