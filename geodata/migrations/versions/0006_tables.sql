-- The work list and the merges. What each column means stands in geodata/models/work.py.

CREATE TABLE grid.work_item (
    item_no TEXT NOT NULL,
    check_key TEXT NOT NULL,
    unit_code TEXT NOT NULL,
    touched_codes TEXT[] NOT NULL,
    geom geometry(GEOMETRY,4490),
    size DOUBLE PRECISION,
    size_unit TEXT,
    details JSONB DEFAULT '{}' NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT DEFAULT 'open' NOT NULL,
    reason TEXT,
    owner_no TEXT,
    due_on DATE,
    note TEXT,
    first_seen_on DATE NOT NULL,
    last_seen_on DATE NOT NULL,
    open_days DATEMULTIRANGE NOT NULL,
    CONSTRAINT pk_work_item PRIMARY KEY (item_no),
    CONSTRAINT ck_work_item_state_word CHECK (state IN ('open', 'assigned', 'accepted', 'solved')),
    CONSTRAINT ck_work_item_size_unit_word CHECK (size_unit IN ('m2', 'm', 'days', 'rows')),
    CONSTRAINT ck_work_item_item_of_check CHECK (starts_with(item_no, check_key || ':')),
    CONSTRAINT ck_work_item_touches_own_unit CHECK (unit_code = ANY (touched_codes)),
    CONSTRAINT ck_work_item_size_has_unit CHECK ((size IS NULL) = (size_unit IS NULL)),
    CONSTRAINT ck_work_item_seen_in_order CHECK (first_seen_on <= last_seen_on),
    CONSTRAINT ck_work_item_assigned_to_somebody CHECK (state <> 'assigned' OR owner_no IS NOT NULL),
    CONSTRAINT ck_work_item_accepted_with_reason CHECK ((state = 'accepted') = (reason IS NOT NULL)),
    CONSTRAINT ck_work_item_reason_given CHECK (btrim(reason) <> ''),
    CONSTRAINT ck_work_item_open_days_open CHECK ((state IN ('assigned', 'open')) = upper_inf(open_days)),
    CONSTRAINT fk_work_item_unit_code FOREIGN KEY(unit_code) REFERENCES grid.unit (code) ON DELETE CASCADE,
    CONSTRAINT fk_work_item_owner_no FOREIGN KEY(owner_no) REFERENCES grid.person (person_no)
);

CREATE INDEX ix_work_item_geom ON grid.work_item USING gist (geom);

CREATE INDEX ix_work_item_owner_no ON grid.work_item (owner_no);

CREATE INDEX ix_work_item_touched_codes ON grid.work_item USING gin (touched_codes);

CREATE INDEX ix_work_item_unit_code ON grid.work_item (unit_code);

CREATE TABLE grid.integrity_run (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    as_of DATE NOT NULL,
    ran_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    ran_by TEXT DEFAULT coalesce(grid.signed_in(), session_user) NOT NULL,
    check_keys TEXT[] NOT NULL,
    within_code TEXT,
    complete BOOLEAN NOT NULL,
    items_new INTEGER NOT NULL,
    items_still INTEGER NOT NULL,
    items_reopened INTEGER NOT NULL,
    items_solved INTEGER NOT NULL,
    CONSTRAINT pk_integrity_run PRIMARY KEY (id),
    CONSTRAINT fk_integrity_run_within_code FOREIGN KEY(within_code) REFERENCES grid.unit (code) ON DELETE CASCADE
);

CREATE INDEX ix_integrity_run_as_of ON grid.integrity_run (as_of);

CREATE TABLE grid.subject_merge (
    merge_no INTEGER GENERATED ALWAYS AS IDENTITY,
    kept_id TEXT NOT NULL,
    dropped_id TEXT NOT NULL,
    merged_on DATE NOT NULL,
    merged_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    merged_by TEXT DEFAULT coalesce(grid.signed_in(), session_user) NOT NULL,
    undone_at TIMESTAMP WITH TIME ZONE,
    undone_by TEXT,
    before JSONB NOT NULL,
    after JSONB NOT NULL,
    moved JSONB NOT NULL,
    CONSTRAINT pk_subject_merge PRIMARY KEY (merge_no),
    CONSTRAINT ck_subject_merge_two_subjects CHECK (kept_id <> dropped_id),
    CONSTRAINT ck_subject_merge_undone_by_somebody CHECK ((undone_at IS NULL) = (undone_by IS NULL)),
    CONSTRAINT fk_subject_merge_kept_id FOREIGN KEY(kept_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_subject_merge_dropped_id FOREIGN KEY(dropped_id) REFERENCES grid.subject (subject_id)
);

CREATE INDEX ix_subject_merge_kept_id ON grid.subject_merge (kept_id);

CREATE UNIQUE INDEX uq_subject_merge_dropped_id ON grid.subject_merge (dropped_id) WHERE undone_at IS NULL;

-- which merge of subjects made a change, or took it back
ALTER TABLE grid.audit ADD COLUMN merge_no INTEGER;
CREATE INDEX ix_audit_merge_no ON grid.audit (merge_no) WHERE merge_no IS NOT NULL;
