"""Kinds of visit and who may make them: enforcement cards, administrative checks, two samplers, the yearly cap.

What was recorded as a supervision check cannot be shown to meet what an administrative check asks for (two officers
with cards, origin, item). It becomes an information report that says what it was called: it moves no due date, as
before, so no number of any day changes. Each is noted in the audit trail, and their count.
"""

from __future__ import annotations

import csv
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0017"
down_revision = "0016"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE grid.enforcement_card (
            card_no TEXT NOT NULL,
            issued_on DATE NOT NULL,
            expires_on DATE NOT NULL,
            person_no TEXT NOT NULL,
            body TEXT NOT NULL,
            batch_id INTEGER NOT NULL,
            CONSTRAINT pk_enforcement_card PRIMARY KEY (card_no, issued_on),
            CONSTRAINT ck_enforcement_card_expires_after CHECK (expires_on >= issued_on),
            CONSTRAINT ck_enforcement_card_body_named CHECK (btrim(body) <> ''),
            CONSTRAINT ex_enforcement_card_one_holder EXCLUDE USING gist
                (card_no COLLATE "C" WITH =, daterange(issued_on, expires_on, '[]') WITH &&),
            CONSTRAINT fk_enforcement_card_person_no FOREIGN KEY (person_no) REFERENCES grid.person (person_no),
            CONSTRAINT fk_enforcement_card_batch_id FOREIGN KEY (batch_id) REFERENCES grid.load_batch (id)
        );
        CREATE INDEX ix_enforcement_card_person_no ON grid.enforcement_card (person_no);
        CREATE INDEX ix_enforcement_card_batch_id ON grid.enforcement_card (batch_id);
    """)
    op.execute("""
        ALTER TABLE grid.visit
            DROP CONSTRAINT ck_visit_kind_word,
            DROP CONSTRAINT ck_visit_assistant_observes,
            ADD officers TEXT[],
            ADD card_nos TEXT[],
            ADD check_origin TEXT,
            ADD legal_item TEXT,
            ADD was_kind TEXT;
    """)
    # a batch that is taken back puts rows back as it found them: what it keeps of them is renamed too
    op.execute("""
        UPDATE grid.undo_row
        SET before = before || '{"kind": "information_report", "was_kind": "supervision_check"}'
        WHERE table_name = 'visit' AND before ->> 'kind' = 'supervision_check';

        INSERT INTO grid.audit (action, table_name, row_key, before, after)
        SELECT 'migrate', 'visit', visit_no, '{"kind": "supervision_check"}',
               '{"kind": "information_report", "was_kind": "supervision_check"}'
        FROM grid.visit WHERE kind = 'supervision_check' ORDER BY visit_no;

        INSERT INTO grid.audit (action, row_key, after)
        SELECT 'migrate', '0017', jsonb_build_object(
            'supervision_check', (SELECT count(*) FROM grid.visit WHERE kind = 'supervision_check'),
            'one_sampler', (SELECT count(*) FROM grid.sample WHERE purpose <> 'self_check' AND retest_of IS NULL));

        UPDATE grid.visit SET kind = 'information_report', was_kind = 'supervision_check'
        WHERE kind = 'supervision_check';
    """)
    op.execute("""
        ALTER TABLE grid.visit
            ADD CONSTRAINT ck_visit_kind_word CHECK (
                kind IN ('patrol', 'guidance', 'information_report', 'recheck', 'administrative_check')),
            ADD CONSTRAINT ck_visit_check_origin_word CHECK (
                check_origin IN ('plan', 'lead', 'complaint', 'transfer')),
            ADD CONSTRAINT ck_visit_was_kind_word CHECK (was_kind IN ('supervision_check')),
            ADD CONSTRAINT ck_visit_assistant_observes CHECK (
                visitor_role <> 'assistant' OR kind IN ('patrol', 'guidance', 'information_report')),
            ADD CONSTRAINT ck_visit_check_on_record CHECK (
                num_nonnulls(officers, card_nos, check_origin, legal_item)
                = CASE kind WHEN 'administrative_check' THEN 4 ELSE 0 END),
            ADD CONSTRAINT ck_visit_two_officers CHECK (cardinality(officers) >= 2),
            ADD CONSTRAINT ck_visit_card_each CHECK (cardinality(card_nos) = cardinality(officers)),
            ADD CONSTRAINT ck_visit_item_named CHECK (btrim(legal_item) <> ''),
            ADD CONSTRAINT ck_visit_was_another CHECK (was_kind IS NULL OR kind = 'information_report');
        CREATE INDEX ix_visit_check ON grid.visit (subject_id, visited_on) WHERE kind = 'administrative_check';
        CREATE INDEX ix_visit_card_nos ON grid.visit USING gin (card_nos);

        ALTER TABLE grid.sample
            ADD second_person_no TEXT,
            ADD CONSTRAINT fk_sample_second_person_no FOREIGN KEY (second_person_no)
                REFERENCES grid.person (person_no),
            ADD CONSTRAINT ck_sample_two_samplers CHECK (second_person_no <> person_no),
            ADD CONSTRAINT ck_sample_first_sampler CHECK (second_person_no IS NULL OR person_no IS NOT NULL);
    """)
    insert = text(
        "INSERT INTO grid.rule (key, scope, from_on, value, source)"
        " VALUES (:key, :scope, CAST(:from_on AS date), CAST(:value AS jsonb), :source)"
    )
    with Path(__file__).with_name("0017_rules.csv").open(encoding="utf-8", newline="") as file:
        op.get_bind().execute(insert, list(csv.DictReader(file)))
