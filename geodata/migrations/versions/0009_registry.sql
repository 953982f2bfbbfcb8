-- The registry of tables of facts, and the state of the schema. What each column means stands in geodata/models.

CREATE TABLE grid.fact_table (
    table_name TEXT NOT NULL,
    place TEXT NOT NULL,
    on_column TEXT,
    read TEXT NOT NULL,
    write TEXT NOT NULL,
    key TEXT NOT NULL,
    seen_if TEXT,
    all_if TEXT NOT NULL,
    secret TEXT[] NOT NULL,
    loaded BOOLEAN NOT NULL,
    undoable BOOLEAN NOT NULL,
    revises BOOLEAN NOT NULL,
    audit TEXT NOT NULL,
    by_hand BOOLEAN NOT NULL,
    freezes_chain BOOLEAN NOT NULL,
    on_merge TEXT,
    CONSTRAINT pk_fact_table PRIMARY KEY (table_name)
);

CREATE TABLE grid.schema_state (
    single BOOLEAN DEFAULT true NOT NULL,
    made_by TEXT NOT NULL,
    catalogue TEXT NOT NULL,
    made_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    CONSTRAINT pk_schema_state PRIMARY KEY (single),
    CONSTRAINT ck_schema_state_one_row CHECK (single)
);

-- 0006 and 0007 were changed after databases had been made with them: what such a database lacks is made here, and
-- nothing where it stands.
ALTER TABLE grid.audit ADD COLUMN IF NOT EXISTS merge_no INTEGER;
CREATE INDEX IF NOT EXISTS ix_audit_merge_no ON grid.audit (merge_no) WHERE merge_no IS NOT NULL;
CREATE INDEX IF NOT EXISTS ix_unit_version_code ON grid.unit_version (code);
CREATE STATISTICS IF NOT EXISTS grid.unit_version_days
    ON (coalesce(lower(valid), '-infinity')), (coalesce(upper(valid), 'infinity')) FROM grid.unit_version;
CREATE STATISTICS IF NOT EXISTS grid.post_days
    ON (coalesce(lower(valid), '-infinity')), (coalesce(upper(valid), 'infinity')) FROM grid.post;
DO $$
DECLARE promise text[];
BEGIN
    FOREACH promise SLICE 1 IN ARRAY ARRAY[
        ['unit_version', 'ex_unit_version_one_per_day', 'EXCLUDE USING gist (code COLLATE "C" WITH =, valid WITH &&)'],
        ['post', 'ex_post_same_person', 'EXCLUDE USING gist
            (person_no COLLATE "C" WITH =, place COLLATE "C" WITH =, role WITH =, valid WITH &&)'],
        ['post', 'ex_post_single_holder', 'EXCLUDE USING gist (place COLLATE "C" WITH =, role WITH =, valid WITH &&)
            WHERE (role IN (''district_leader'', ''responsible_person'', ''section_head'', ''station_head'')
                   AND acting_for IS NULL)']] LOOP
        IF NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = format('grid.%I', promise[1])::regclass
                       AND conname = promise[2] AND pg_get_constraintdef(oid) LIKE '%COLLATE "C"%') THEN
            EXECUTE format('ALTER TABLE grid.%I DROP CONSTRAINT IF EXISTS %I, ADD CONSTRAINT %2$I %s',
                           promise[1], promise[2], promise[3]);
        END IF;
    END LOOP;
END $$;
