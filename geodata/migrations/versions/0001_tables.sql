-- Tables of schema grid. What each column means stands in geodata/models.

CREATE TABLE grid.banned_substance (
    analyte TEXT NOT NULL,
    from_on DATE NOT NULL,
    to_on DATE,
    source TEXT NOT NULL,
    CONSTRAINT pk_banned_substance PRIMARY KEY (analyte, from_on),
    CONSTRAINT ck_banned_substance_to_after_from CHECK (to_on IS NULL OR to_on > from_on)
);

CREATE TABLE grid.load_batch (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    kind TEXT NOT NULL,
    file_name TEXT NOT NULL,
    file_sha256 TEXT NOT NULL,
    datum TEXT,
    loaded_at TIMESTAMP WITH TIME ZONE DEFAULT now() NOT NULL,
    loaded_by TEXT DEFAULT session_user NOT NULL,
    synthetic BOOLEAN DEFAULT false NOT NULL,
    rows_read INTEGER DEFAULT 0 NOT NULL,
    rows_new INTEGER DEFAULT 0 NOT NULL,
    rows_changed INTEGER DEFAULT 0 NOT NULL,
    rows_same INTEGER DEFAULT 0 NOT NULL,
    rows_rejected INTEGER DEFAULT 0 NOT NULL,
    CONSTRAINT pk_load_batch PRIMARY KEY (id)
);

CREATE INDEX ix_load_batch_loaded_at ON grid.load_batch (loaded_at);

CREATE TABLE grid.revision (
    txid BIGINT DEFAULT pg_current_xact_id()::text::bigint NOT NULL,
    CONSTRAINT pk_revision PRIMARY KEY (txid)
);

CREATE TABLE grid.rule (
    key TEXT NOT NULL,
    scope TEXT DEFAULT '' NOT NULL,
    from_on DATE NOT NULL,
    value JSONB NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_rule PRIMARY KEY (key, scope, from_on),
    CONSTRAINT ck_rule_sourced CHECK (btrim(source) <> '')
);

CREATE TABLE grid.unit (
    code TEXT NOT NULL,
    level TEXT NOT NULL,
    CONSTRAINT pk_unit PRIMARY KEY (code),
    CONSTRAINT uq_unit_code_level UNIQUE (code, level),
    CONSTRAINT ck_unit_level_word CHECK (level IN ('district', 'town', 'village'))
);

CREATE TABLE grid.person (
    person_no TEXT NOT NULL,
    name TEXT NOT NULL,
    office_phone TEXT,
    private_mobile TEXT,
    consent_publish BOOLEAN DEFAULT false NOT NULL,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_person PRIMARY KEY (person_no),
    CONSTRAINT ck_person_named CHECK (btrim(name) <> ''),
    CONSTRAINT fk_person_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_person_batch_id ON grid.person (batch_id);

CREATE TABLE grid.subject (
    subject_id TEXT NOT NULL,
    name TEXT NOT NULL,
    uscc TEXT,
    id_hash TEXT,
    id_tail TEXT,
    kinds TEXT[] NOT NULL,
    sectors TEXT[] NOT NULL,
    products TEXT,
    village_code TEXT NOT NULL,
    village_level TEXT GENERATED ALWAYS AS ('village') STORED NOT NULL,
    address TEXT,
    office_phone TEXT,
    point geometry(POINT,4490),
    source_datum TEXT,
    source_x DOUBLE PRECISION,
    source_y DOUBLE PRECISION,
    entry_on DATE NOT NULL,
    commitment_on DATE,
    platform_on DATE,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_subject PRIMARY KEY (subject_id),
    CONSTRAINT fk_subject_village FOREIGN KEY(village_code, village_level) REFERENCES grid.unit (code, level),
    CONSTRAINT ck_subject_uscc_check_digit CHECK (uscc IS NULL OR grid.uscc_is_valid(uscc)),
    CONSTRAINT ck_subject_id_hash_and_tail CHECK ((id_hash IS NULL) = (id_tail IS NULL)),
    CONSTRAINT ck_subject_id_tail_short CHECK (id_tail ~ '^[0-9Xx]{1,4}$'),
    CONSTRAINT ck_subject_point_has_datum CHECK ((point IS NULL) = (source_datum IS NULL)),
    CONSTRAINT ck_subject_point_has_source CHECK ((point IS NULL) = (source_x IS NULL) AND (point IS NULL) = (source_y IS NULL)),
    CONSTRAINT ck_subject_kinds_words CHECK (cardinality(kinds) > 0 AND kinds <@ ARRAY['enterprise', 'cooperative', 'family_farm', 'grower', 'slaughterhouse', 'buyer_storage', 'broker', 'market', 'sales_firm', 'input_dealer']::text[]),
    CONSTRAINT ck_subject_sectors_words CHECK (cardinality(sectors) > 0 AND sectors <@ ARRAY['herb', 'vegetable', 'fruit', 'fungus', 'egg', 'livestock', 'poultry', 'fish', 'input']::text[]),
    CONSTRAINT ck_subject_source_datum_word CHECK (source_datum IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    CONSTRAINT fk_subject_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_subject_batch_id ON grid.subject (batch_id);

CREATE INDEX ix_subject_point ON grid.subject USING gist (point);

CREATE INDEX ix_subject_village_code ON grid.subject (village_code);

CREATE UNIQUE INDEX uq_subject_id_hash ON grid.subject (id_hash);

CREATE UNIQUE INDEX uq_subject_uscc ON grid.subject (uscc);

CREATE TABLE grid.unit_version (
    id INTEGER GENERATED ALWAYS AS IDENTITY,
    code TEXT NOT NULL,
    level TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    parent_code TEXT,
    parent_level TEXT GENERATED ALWAYS AS (CASE level WHEN 'village' THEN 'town' WHEN 'town' THEN 'district' END) STORED,
    schematic BOOLEAN DEFAULT false NOT NULL,
    geom geometry(MULTIPOLYGON,4490),
    source_datum TEXT,
    source_geom geometry(MULTIPOLYGON,-1),
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_unit_version PRIMARY KEY (id),
    CONSTRAINT fk_unit_version_code FOREIGN KEY(code, level) REFERENCES grid.unit (code, level),
    CONSTRAINT fk_unit_version_parent FOREIGN KEY(parent_code, parent_level) REFERENCES grid.unit (code, level),
    CONSTRAINT ex_unit_version_one_per_day EXCLUDE USING gist (code WITH =, valid WITH &&),
    CONSTRAINT ck_unit_version_has_parent CHECK ((level = 'district') = (parent_code IS NULL)),
    CONSTRAINT ck_unit_version_valid_some_day CHECK (NOT isempty(valid)),
    CONSTRAINT ck_unit_version_geom_has_datum CHECK ((geom IS NULL) = (source_datum IS NULL)),
    CONSTRAINT ck_unit_version_geom_valid CHECK (geom IS NULL OR ST_IsValid(geom)),
    CONSTRAINT ck_unit_version_kind_word CHECK (kind IN ('district', 'street', 'town', 'township', 'community', 'village')),
    CONSTRAINT ck_unit_version_source_datum_word CHECK (source_datum IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    CONSTRAINT fk_unit_version_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_unit_version_batch_id ON grid.unit_version (batch_id);

CREATE INDEX ix_unit_version_geom ON grid.unit_version USING gist (geom);

CREATE INDEX ix_unit_version_parent_code ON grid.unit_version (parent_code);

CREATE TABLE grid.chain_record (
    subject_id TEXT NOT NULL,
    on_date DATE NOT NULL,
    village_code TEXT NOT NULL,
    district_people TEXT[] NOT NULL,
    town_people TEXT[] NOT NULL,
    village_people TEXT[] NOT NULL,
    subject_people TEXT[] NOT NULL,
    CONSTRAINT pk_chain_record PRIMARY KEY (subject_id, on_date),
    CONSTRAINT fk_chain_record_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id)
);

CREATE TABLE grid.post (
    post_no TEXT NOT NULL,
    person_no TEXT NOT NULL,
    role TEXT NOT NULL,
    unit_code TEXT,
    unit_level TEXT GENERATED ALWAYS AS (CASE role WHEN 'district_leader' THEN 'district' WHEN 'section_head' THEN 'district' WHEN 'station_head' THEN 'town' WHEN 'supervisor' THEN 'town' WHEN 'lab_tester' THEN 'town' WHEN 'assistant' THEN 'village' WHEN 'data_steward' THEN 'district' WHEN 'administrator' THEN 'district' END) STORED,
    subject_id TEXT,
    place TEXT GENERATED ALWAYS AS (CASE WHEN unit_code IS NULL THEN 's:' || subject_id ELSE 'u:' || unit_code END) STORED NOT NULL,
    acting_for TEXT,
    document_no TEXT,
    valid DATERANGE NOT NULL,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_post PRIMARY KEY (post_no),
    CONSTRAINT fk_post_unit FOREIGN KEY(unit_code, unit_level) REFERENCES grid.unit (code, level),
    CONSTRAINT ck_post_subject_role CHECK ((role IN ('responsible_person', 'in_house_controller')) = (subject_id IS NOT NULL)),
    CONSTRAINT ck_post_one_place CHECK ((unit_code IS NULL) <> (subject_id IS NULL)),
    CONSTRAINT ck_post_valid_from CHECK (NOT isempty(valid) AND lower(valid) IS NOT NULL),
    CONSTRAINT ck_post_acting_for_another CHECK (acting_for IS NULL OR acting_for <> person_no),
    CONSTRAINT ex_post_single_holder EXCLUDE USING gist (place WITH =, role WITH =, valid WITH &&) WHERE (role IN ('district_leader', 'responsible_person', 'section_head', 'station_head') AND acting_for IS NULL),
    CONSTRAINT ex_post_same_person EXCLUDE USING gist (person_no WITH =, place WITH =, role WITH =, valid WITH &&),
    CONSTRAINT ck_post_role_word CHECK (role IN ('district_leader', 'section_head', 'station_head', 'supervisor', 'assistant', 'lab_tester', 'responsible_person', 'in_house_controller', 'data_steward', 'administrator')),
    CONSTRAINT fk_post_person_no FOREIGN KEY(person_no) REFERENCES grid.person (person_no),
    CONSTRAINT fk_post_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_post_acting_for FOREIGN KEY(acting_for) REFERENCES grid.person (person_no),
    CONSTRAINT fk_post_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_post_batch_id ON grid.post (batch_id);

CREATE INDEX ix_post_place ON grid.post (place);

CREATE TABLE grid.sample (
    sample_no TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    village_code TEXT NOT NULL,
    village_level TEXT GENERATED ALWAYS AS ('village') STORED NOT NULL,
    stream TEXT NOT NULL,
    purpose TEXT NOT NULL,
    product TEXT NOT NULL,
    sector TEXT,
    sampled_on DATE NOT NULL,
    lab TEXT NOT NULL,
    person_no TEXT,
    batch_code TEXT,
    retest_of TEXT,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_sample PRIMARY KEY (sample_no),
    CONSTRAINT fk_sample_village FOREIGN KEY(village_code, village_level) REFERENCES grid.unit (code, level),
    CONSTRAINT ck_sample_retest_of_another CHECK (retest_of IS NULL OR retest_of <> sample_no),
    CONSTRAINT ck_sample_retest_not_rapid CHECK (retest_of IS NULL OR stream = 'quantitative'),
    CONSTRAINT ck_sample_stream_word CHECK (stream IN ('quantitative', 'rapid')),
    CONSTRAINT ck_sample_purpose_word CHECK (purpose IN ('risk_monitoring', 'routine', 'supervision', 'self_check')),
    CONSTRAINT ck_sample_sector_word CHECK (sector IN ('herb', 'vegetable', 'fruit', 'fungus', 'egg', 'livestock', 'poultry', 'fish', 'input')),
    CONSTRAINT fk_sample_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_sample_person_no FOREIGN KEY(person_no) REFERENCES grid.person (person_no),
    CONSTRAINT fk_sample_retest_of FOREIGN KEY(retest_of) REFERENCES grid.sample (sample_no),
    CONSTRAINT fk_sample_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_sample_batch_id ON grid.sample (batch_id);

CREATE INDEX ix_sample_stream_sampled ON grid.sample (stream, sampled_on);

CREATE INDEX ix_sample_subject_sampled ON grid.sample (subject_id, sampled_on);

CREATE UNIQUE INDEX uq_sample_retest_of ON grid.sample (retest_of);

CREATE TABLE grid.subject_risk (
    subject_id TEXT NOT NULL,
    from_on DATE NOT NULL,
    risk TEXT NOT NULL,
    reason TEXT,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_subject_risk PRIMARY KEY (subject_id, from_on),
    CONSTRAINT ck_subject_risk_risk_word CHECK (risk IN ('low', 'medium', 'high')),
    CONSTRAINT fk_subject_risk_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_subject_risk_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_subject_risk_batch_id ON grid.subject_risk (batch_id);

CREATE TABLE grid.subject_status (
    subject_id TEXT NOT NULL,
    from_on DATE NOT NULL,
    status TEXT NOT NULL,
    reason TEXT,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_subject_status PRIMARY KEY (subject_id, from_on),
    CONSTRAINT ck_subject_status_status_word CHECK (status IN ('active', 'seasonal_stop', 'suspended', 'closed', 'deregistered')),
    CONSTRAINT ck_subject_status_reason_given CHECK (status = 'active' OR btrim(reason) <> '' AND reason IS NOT NULL),
    CONSTRAINT fk_subject_status_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_subject_status_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_subject_status_batch_id ON grid.subject_status (batch_id);

CREATE TABLE grid.training (
    person_no TEXT NOT NULL,
    trained_on DATE NOT NULL,
    topic TEXT NOT NULL,
    hours NUMERIC(5, 1) NOT NULL,
    passed BOOLEAN NOT NULL,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_training PRIMARY KEY (person_no, trained_on, topic),
    CONSTRAINT ck_training_hours_positive CHECK (hours > 0),
    CONSTRAINT fk_training_person_no FOREIGN KEY(person_no) REFERENCES grid.person (person_no),
    CONSTRAINT fk_training_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_training_batch_id ON grid.training (batch_id);

CREATE TABLE grid.visit (
    visit_no TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT,
    visited_on DATE NOT NULL,
    recorded_at TIMESTAMP WITH TIME ZONE NOT NULL,
    person_no TEXT NOT NULL,
    visitor_role TEXT NOT NULL,
    items JSONB DEFAULT '{}' NOT NULL,
    point geometry(POINT,4490),
    source_datum TEXT,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_visit PRIMARY KEY (visit_no),
    CONSTRAINT ck_visit_not_in_future CHECK (visited_on <= (recorded_at AT TIME ZONE 'Asia/Shanghai')::date),
    CONSTRAINT ck_visit_reason_given CHECK (outcome = 'completed' OR reason IS NOT NULL AND btrim(reason) <> ''),
    CONSTRAINT ck_visit_items_object CHECK (jsonb_typeof(items) = 'object'),
    CONSTRAINT ck_visit_assistant_observes CHECK (visitor_role <> 'assistant' OR kind IN ('patrol', 'guidance')),
    CONSTRAINT ck_visit_point_has_datum CHECK ((point IS NULL) = (source_datum IS NULL)),
    CONSTRAINT ck_visit_kind_word CHECK (kind IN ('patrol', 'supervision_check', 'guidance', 'recheck')),
    CONSTRAINT ck_visit_outcome_word CHECK (outcome IN ('completed', 'not_met', 'closed', 'rescheduled')),
    CONSTRAINT ck_visit_visitor_role_word CHECK (visitor_role IN ('district_leader', 'section_head', 'station_head', 'supervisor', 'assistant', 'lab_tester', 'responsible_person', 'in_house_controller', 'data_steward', 'administrator')),
    CONSTRAINT ck_visit_source_datum_word CHECK (source_datum IN ('cgcs2000', 'wgs84', 'gcj02', 'bd09')),
    CONSTRAINT fk_visit_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_visit_person_no FOREIGN KEY(person_no) REFERENCES grid.person (person_no),
    CONSTRAINT fk_visit_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_visit_batch_id ON grid.visit (batch_id);

CREATE INDEX ix_visit_patrol ON grid.visit (subject_id, visited_on) WHERE kind = 'patrol' AND outcome = 'completed';

CREATE INDEX ix_visit_subject_visited ON grid.visit (subject_id, visited_on);

CREATE INDEX ix_visit_visited_on ON grid.visit (visited_on);

CREATE TABLE grid.finding (
    finding_no TEXT NOT NULL,
    subject_id TEXT NOT NULL,
    visit_no TEXT,
    item TEXT,
    description TEXT NOT NULL,
    found_on DATE NOT NULL,
    deadline_on DATE NOT NULL,
    ordered_on DATE,
    rectified_on DATE,
    recheck_requested_on DATE,
    closed_on DATE,
    escalated_on DATE,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_finding PRIMARY KEY (finding_no),
    CONSTRAINT ck_finding_deadline_after_found CHECK (deadline_on >= found_on),
    CONSTRAINT ck_finding_found_first CHECK (found_on <= least(ordered_on, rectified_on, recheck_requested_on, closed_on, escalated_on)),
    CONSTRAINT ck_finding_rectified_before_closed CHECK (closed_on IS NULL OR rectified_on <= closed_on),
    CONSTRAINT fk_finding_subject_id FOREIGN KEY(subject_id) REFERENCES grid.subject (subject_id),
    CONSTRAINT fk_finding_visit_no FOREIGN KEY(visit_no) REFERENCES grid.visit (visit_no),
    CONSTRAINT fk_finding_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_finding_batch_id ON grid.finding (batch_id);

CREATE INDEX ix_finding_subject_found ON grid.finding (subject_id, found_on);

CREATE INDEX ix_finding_visit_no ON grid.finding (visit_no);

CREATE TABLE grid.result (
    sample_no TEXT NOT NULL,
    analyte TEXT NOT NULL,
    value NUMERIC,
    unit TEXT,
    limit_value NUMERIC,
    standard TEXT,
    standard_version TEXT,
    judgement TEXT NOT NULL,
    judged_on DATE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE,
    batch_id INTEGER NOT NULL,
    CONSTRAINT pk_result PRIMARY KEY (sample_no, analyte),
    CONSTRAINT ck_result_value_not_negative CHECK (value >= 0),
    CONSTRAINT ck_result_value_has_unit CHECK ((value IS NULL) OR unit IS NOT NULL),
    CONSTRAINT ck_result_receipt_known CHECK (judgement <> 'unqualified' OR received_at IS NOT NULL),
    CONSTRAINT ck_result_judgement_word CHECK (judgement IN ('qualified', 'not_detected', 'detected_within_limit', 'unqualified', 'invalid')),
    CONSTRAINT fk_result_sample_no FOREIGN KEY(sample_no) REFERENCES grid.sample (sample_no),
    CONSTRAINT fk_result_batch_id FOREIGN KEY(batch_id) REFERENCES grid.load_batch (id)
);

CREATE INDEX ix_result_batch_id ON grid.result (batch_id);

CREATE INDEX ix_result_judgement ON grid.result (judgement);
