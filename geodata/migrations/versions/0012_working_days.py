"""The own table of the working calendar; work items are due in working days from the day the rule says so."""

from __future__ import annotations

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE grid.calendar_day (
            falls_on DATE NOT NULL CONSTRAINT pk_calendar_day PRIMARY KEY,
            kind TEXT NOT NULL,
            arranged_by TEXT NOT NULL,
            name TEXT,
            source TEXT NOT NULL,
            batch_id INTEGER NOT NULL,
            CONSTRAINT ck_calendar_day_kind_word CHECK (kind IN ('holiday', 'working')),
            CONSTRAINT ck_calendar_day_arranged_by_word CHECK (arranged_by IN ('state_council', 'local')),
            CONSTRAINT ck_calendar_day_sourced CHECK (btrim(source) <> ''),
            CONSTRAINT fk_calendar_day_batch_id FOREIGN KEY (batch_id) REFERENCES grid.load_batch (id)
        );
        CREATE INDEX ix_calendar_day_batch_id ON grid.calendar_day (batch_id);
    """)
    op.execute("""
        INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES ('work_due_unit', '', '2000-01-01',
            '"calendar_days"', 'proposal: what work_due_days counts; calendar days as before')
    """)
    # a district that has set days of its own meant calendar days; it changes both when it likes
    op.execute("""
        INSERT INTO grid.rule (key, scope, from_on, value, source)
        SELECT key, '', CAST('2026-11-28' AS date), CAST(value AS jsonb), source FROM (VALUES
            ('work_due_days', '20', 'proposal: four weeks, when an assigned work item is due unless a day is said'),
            ('work_due_unit', '"working_days"', 'proposal: offices work on working days (domain rule 13)')
        ) AS fresh (key, value, source)
        WHERE NOT EXISTS (SELECT FROM grid.rule WHERE key = 'work_due_days' AND from_on > '2000-01-01')
    """)
