"""Personal tokens for feeds, and the rule of how many days one may hold."""

from __future__ import annotations

from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.execute("""
CREATE TABLE grid.token (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL,
    unit_code TEXT,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    expires_on DATE NOT NULL,
    last_used_at TIMESTAMP WITH TIME ZONE,
    revoked_at TIMESTAMP WITH TIME ZONE,
    end_reason TEXT,
    CONSTRAINT pk_token PRIMARY KEY (id),
    CONSTRAINT uq_token_token_hash UNIQUE (token_hash),
    CONSTRAINT fk_token_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT fk_token_unit_code FOREIGN KEY (unit_code) REFERENCES grid.unit (code) ON DELETE CASCADE,
    CONSTRAINT ck_token_name_plain CHECK (name = btrim(name) AND char_length(name) BETWEEN 1 AND 60),
    CONSTRAINT ck_token_hash_sha256 CHECK (token_hash ~ '^[0-9a-f]{64}$'),
    CONSTRAINT ck_token_end_reason_word CHECK (end_reason IN ('revoked', 'account', 'address')),
    CONSTRAINT ck_token_ended_with_reason CHECK ((revoked_at IS NULL) = (end_reason IS NULL))
)""")
    op.execute("CREATE UNIQUE INDEX uq_token_login_name ON grid.token (login, name) WHERE revoked_at IS NULL")
    op.execute("CREATE INDEX ix_token_unit_code ON grid.token (unit_code)")
    op.execute(
        "INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES"
        " ('token_days', '', '2000-01-01', '366', 'proposal: the most days a personal token may hold; never above 366')"
    )
