"""Feedback and its answers; which hints and notices somebody has seen."""

from __future__ import annotations

from alembic import op

revision = "0024"
down_revision = "0023"


def upgrade() -> None:
    op.execute("""
CREATE TABLE grid.feedback (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    asked_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    page_address TEXT,
    message TEXT NOT NULL,
    answer TEXT,
    answered_by TEXT,
    answered_at TIMESTAMP WITH TIME ZONE,
    CONSTRAINT pk_feedback PRIMARY KEY (id),
    CONSTRAINT fk_feedback_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT ck_feedback_message_said CHECK (btrim(message) <> '' AND char_length(message) <= 2000),
    CONSTRAINT ck_feedback_address_of_page
        CHECK (page_address ~ '^/([^/\\\\]|$)' AND char_length(page_address) <= 2000),
    CONSTRAINT ck_feedback_answer_said CHECK (btrim(answer) <> '' AND char_length(answer) <= 2000),
    CONSTRAINT ck_feedback_answered_by_somebody CHECK (num_nonnulls(answer, answered_by, answered_at) IN (0, 3))
);
CREATE INDEX ix_feedback_login ON grid.feedback (login);
CREATE INDEX ix_feedback_asked_at ON grid.feedback (asked_at);
CREATE TABLE grid.seen_hint (
    login TEXT NOT NULL,
    hint_key TEXT NOT NULL,
    closed_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_seen_hint PRIMARY KEY (login, hint_key),
    CONSTRAINT fk_seen_hint_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT ck_seen_hint_hint_plain CHECK (hint_key ~ '^[a-z][a-z0-9_]{0,59}$')
);
CREATE TABLE grid.seen_notices (
    login TEXT NOT NULL,
    seen_until_at TIMESTAMP WITH TIME ZONE NOT NULL,
    CONSTRAINT pk_seen_notices PRIMARY KEY (login),
    CONSTRAINT fk_seen_notices_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE
)""")
