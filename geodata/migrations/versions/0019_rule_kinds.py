"""The list of rules for the database itself, and a batch for every value that did not come with the program."""

from __future__ import annotations

from alembic import op

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    op.execute("""
        CREATE TABLE grid.rule_kind (
            key TEXT NOT NULL CONSTRAINT pk_rule_kind PRIMARY KEY,
            value_kind TEXT NOT NULL,
            scope_pattern TEXT NOT NULL,
            has_open_scope BOOLEAN NOT NULL,
            bounds NUMRANGE,
            words TEXT[] NOT NULL,
            list_length INT4RANGE NOT NULL,
            text_length INT4RANGE NOT NULL,
            has_past BOOLEAN NOT NULL
        )
    """)
    op.execute("""
        ALTER TABLE grid.rule ADD COLUMN batch_id INTEGER,
            ADD CONSTRAINT fk_rule_batch_id FOREIGN KEY (batch_id) REFERENCES grid.load_batch (id)
    """)
    op.execute("CREATE INDEX ix_rule_batch_id ON grid.rule (batch_id)")
    # what an account has set so far is that account's entry by hand
    op.execute("""
        DO $$ DECLARE each record; batch integer; BEGIN
            FOR each IN SELECT r.key, r.scope, r.from_on, a.login, a.at FROM grid.rule AS r
                        CROSS JOIN LATERAL (SELECT a.login, a.at FROM grid.audit AS a
                            WHERE a.table_name = 'rule' AND a.action = 'insert' AND a.login IS NOT NULL
                              AND a.after ->> 'key' = r.key AND a.after ->> 'scope' = r.scope
                              AND a.after ->> 'from_on' = r.from_on::text ORDER BY a.id DESC LIMIT 1) AS a LOOP
                INSERT INTO grid.load_batch
                    (kind, file_name, file_sha256, loaded_by, loaded_at, rows_read, rows_new, closed_at)
                VALUES ('rules', '', '', each.login, each.at, 1, 1, each.at) RETURNING id INTO batch;
                UPDATE grid.rule AS r SET batch_id = batch
                WHERE (r.key, r.scope, r.from_on) = (each.key, each.scope, each.from_on);
            END LOOP;
        END $$
    """)
