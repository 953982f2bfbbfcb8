"""Saved views, and notes pinned to a unit or a place."""

from __future__ import annotations

from alembic import op

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    op.execute("""
CREATE TABLE grid.saved_view (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    name TEXT NOT NULL,
    page_address TEXT NOT NULL,
    is_shared BOOLEAN DEFAULT false NOT NULL,
    unit_code TEXT,
    saved_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_saved_view PRIMARY KEY (id),
    CONSTRAINT fk_saved_view_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT ck_saved_view_name_said CHECK (name = btrim(name) AND name <> '' AND char_length(name) <= 60),
    CONSTRAINT ck_saved_view_address_of_page
        CHECK (page_address ~ '^/([^/\\\\]|$)' AND char_length(page_address) <= 4000)
);
CREATE UNIQUE INDEX uq_saved_view_login_name ON grid.saved_view (login, name);
CREATE TABLE grid.map_note (
    id BIGINT GENERATED ALWAYS AS IDENTITY,
    login TEXT NOT NULL,
    body TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    point geometry(POINT,4490),
    from_on DATE NOT NULL,
    until_on DATE NOT NULL,
    noted_at TIMESTAMP WITH TIME ZONE DEFAULT clock_timestamp() NOT NULL,
    CONSTRAINT pk_map_note PRIMARY KEY (id),
    CONSTRAINT fk_map_note_login FOREIGN KEY (login) REFERENCES grid.account (login) ON DELETE CASCADE,
    CONSTRAINT ck_map_note_body_said CHECK (body = btrim(body) AND body <> '' AND char_length(body) <= 300),
    CONSTRAINT ck_map_note_days_in_order CHECK (until_on >= from_on)
);
CREATE INDEX ix_map_note_login ON grid.map_note (login);
CREATE INDEX ix_map_note_unit_code ON grid.map_note (unit_code)""")
