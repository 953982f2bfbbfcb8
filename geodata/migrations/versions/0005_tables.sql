-- What a batch found before it wrote, the lineage of units, and former villages of subjects. What each column means
-- stands in geodata/models.

ALTER TABLE grid.load_batch ADD COLUMN closed_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE grid.load_batch ADD COLUMN undone_at TIMESTAMP WITH TIME ZONE;
ALTER TABLE grid.load_batch ADD COLUMN undone_by TEXT;
ALTER TABLE grid.load_batch ADD CONSTRAINT ck_load_batch_undone_by_somebody
    CHECK ((undone_at IS NULL) = (undone_by IS NULL));

CREATE TABLE grid.undo_row (
    batch_id INTEGER NOT NULL,
    table_name TEXT NOT NULL,
    row_key TEXT NOT NULL,
    was_batch INTEGER,
    before JSONB NOT NULL,
    CONSTRAINT pk_undo_row PRIMARY KEY (batch_id, table_name, row_key),
    CONSTRAINT fk_undo_row_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_undo_row_was_batch ON grid.undo_row (was_batch);

CREATE TABLE grid.unit_lineage (
    old_code TEXT NOT NULL,
    new_code TEXT NOT NULL,
    from_on DATE NOT NULL,
    how TEXT NOT NULL,
    share NUMERIC,
    document_no TEXT,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_unit_lineage PRIMARY KEY (old_code, new_code, from_on),
    CONSTRAINT ck_unit_lineage_share_of_one CHECK (share > 0 AND share <= 1),
    CONSTRAINT ck_unit_lineage_how_word CHECK (how IN ('merge', 'split', 'move', 'rename')),
    CONSTRAINT fk_unit_lineage_old_code FOREIGN KEY(old_code) REFERENCES grid.unit (code),
    CONSTRAINT fk_unit_lineage_new_code FOREIGN KEY(new_code) REFERENCES grid.unit (code),
    CONSTRAINT fk_unit_lineage_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_unit_lineage_batch_id ON grid.unit_lineage (batch_id);

CREATE INDEX ix_unit_lineage_new_code ON grid.unit_lineage (new_code);

CREATE TABLE grid.former_village (
    subject_id TEXT NOT NULL,
    valid DATERANGE NOT NULL,
    village_code TEXT NOT NULL,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_former_village PRIMARY KEY (subject_id, valid),
    CONSTRAINT ex_former_village_one_per_day EXCLUDE USING gist (subject_id WITH =, valid WITH &&),
    CONSTRAINT ck_former_village_valid_until CHECK (NOT isempty(valid) AND upper(valid) IS NOT NULL),
    CONSTRAINT fk_former_village_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_former_village_village_code FOREIGN KEY(village_code) REFERENCES grid.unit (code),
    CONSTRAINT fk_former_village_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_former_village_batch_id ON grid.former_village (batch_id);

-- A chain of the day belongs to the load that brought what happened on it, so that taking the load back takes it along.
ALTER TABLE grid.chain_record ADD COLUMN batch_id INTEGER;
UPDATE grid.chain_record AS c SET batch_id = (
    SELECT min(batch_id) FROM (
        SELECT v.batch_id FROM grid.visit AS v WHERE v.subject_id = c.subject_id AND v.visited_on = c.on_date
        UNION ALL
        SELECT s.batch_id FROM grid.sample AS s WHERE s.subject_id = c.subject_id AND s.sampled_on = c.on_date) AS e);
ALTER TABLE grid.chain_record ADD CONSTRAINT fk_chain_record_batch_id
    FOREIGN KEY (batch_id) REFERENCES grid.load_batch (id);
CREATE INDEX ix_chain_record_batch_id ON grid.chain_record (batch_id);

-- Looked at when a statement (a load), or on demand a whole transaction (an undo), ends: two subjects of one file may
-- exchange what only one may have.
DROP INDEX grid.uq_subject_uscc;
ALTER TABLE grid.subject ADD CONSTRAINT uq_subject_uscc UNIQUE (uscc) DEFERRABLE;
DROP INDEX grid.uq_subject_id_hash;
ALTER TABLE grid.subject ADD CONSTRAINT uq_subject_id_hash UNIQUE (id_hash) DEFERRABLE;
DROP INDEX grid.uq_sample_retest_of;
ALTER TABLE grid.sample ADD CONSTRAINT uq_sample_retest_of UNIQUE (retest_of) DEFERRABLE;
