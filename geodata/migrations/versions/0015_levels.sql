CREATE TABLE grid.level (
    key TEXT NOT NULL,
    rank_no INTEGER NOT NULL,
    above TEXT,
    kinds TEXT[] NOT NULL,
    zh TEXT,
    en TEXT,
    has_several_roots BOOLEAN DEFAULT false NOT NULL,
    CONSTRAINT pk_level PRIMARY KEY (key),
    CONSTRAINT uq_level_rank_no UNIQUE (rank_no),
    CONSTRAINT uq_level_above UNIQUE (above),
    CONSTRAINT ck_level_key_word CHECK (key ~ '^[a-z][a-z0-9_]{0,39}$'),
    CONSTRAINT ck_level_one_root CHECK ((rank_no = 0) = (above IS NULL) AND rank_no >= 0),
    CONSTRAINT ck_level_has_kinds CHECK ((key = 'subject') = (cardinality(kinds) = 0)),
    CONSTRAINT ck_level_several_roots_at_root CHECK (NOT has_several_roots OR rank_no = 0),
    CONSTRAINT ck_level_named CHECK (btrim(zh) <> '' AND btrim(en) <> ''),
    CONSTRAINT fk_level_above FOREIGN KEY (above) REFERENCES grid.level (key)
);
INSERT INTO grid.level (key, rank_no, above, kinds) VALUES
    ('district', 0, NULL, '{district}'),
    ('town', 1, 'district', '{street,town,township}'),
    ('village', 2, 'town', '{community,village}'),
    ('subject', 3, 'village', '{}');

CREATE TABLE grid.role_level (
    role TEXT NOT NULL,
    level TEXT NOT NULL,
    valid DATERANGE DEFAULT '(,)' NOT NULL,
    tier TEXT NOT NULL,
    is_answering BOOLEAN NOT NULL,
    source TEXT NOT NULL,
    CONSTRAINT pk_role_level PRIMARY KEY (role, level, valid),
    CONSTRAINT ck_role_level_role_word CHECK (role IN ('district_leader', 'section_head', 'station_head', 'supervisor', 'assistant', 'lab_tester', 'responsible_person', 'in_house_controller', 'data_steward', 'administrator')),
    CONSTRAINT ck_role_level_tier_word CHECK (tier IN ('leading', 'supervising', 'assisting', 'responsible')),
    CONSTRAINT ck_role_level_valid_some_day CHECK (NOT isempty(valid)),
    CONSTRAINT ck_role_level_sourced CHECK (btrim(source) <> ''),
    CONSTRAINT ex_role_level_once EXCLUDE USING gist (role WITH =, level WITH =, valid WITH &&),
    CONSTRAINT ex_role_level_tier_at_one EXCLUDE USING gist (tier WITH =, level WITH <>, valid WITH &&) WHERE (is_answering),
    CONSTRAINT fk_role_level_level FOREIGN KEY (level) REFERENCES grid.level (key)
);
INSERT INTO grid.role_level (role, level, tier, is_answering, source)
SELECT role, level, tier, answers, 'seed row 5; domain §1' FROM (VALUES
    ('district_leader', 'district', 'leading', true),
    ('section_head', 'district', 'leading', true),
    ('data_steward', 'district', 'leading', false),
    ('administrator', 'district', 'leading', false),
    ('station_head', 'town', 'supervising', true),
    ('supervisor', 'town', 'supervising', true),
    ('lab_tester', 'town', 'supervising', true),
    ('assistant', 'village', 'assisting', true),
    ('responsible_person', 'subject', 'responsible', true),
    ('in_house_controller', 'subject', 'responsible', true)
) AS shipped (role, level, tier, answers);

ALTER TABLE grid.unit
    DROP CONSTRAINT ck_unit_level_word,
    ADD CONSTRAINT fk_unit_level FOREIGN KEY (level) REFERENCES grid.level (key),
    ADD CONSTRAINT ck_unit_level_of_units CHECK (level <> 'subject');
ALTER TABLE grid.unit_version
    DROP CONSTRAINT fk_unit_version_parent,
    DROP CONSTRAINT ck_unit_version_has_parent,
    DROP CONSTRAINT ck_unit_version_kind_word,
    DROP COLUMN parent_level;
ALTER TABLE grid.unit_version
    ADD CONSTRAINT fk_unit_version_parent FOREIGN KEY (parent_code) REFERENCES grid.unit (code),
    ADD CONSTRAINT ck_unit_version_kind_word CHECK (kind IN ('nation', 'province', 'city', 'district', 'street', 'town', 'township', 'community', 'village'));
ALTER TABLE grid.post
    DROP CONSTRAINT fk_post_unit,
    DROP COLUMN unit_level;
ALTER TABLE grid.post ADD CONSTRAINT fk_post_unit FOREIGN KEY (unit_code) REFERENCES grid.unit (code);

-- which roles name a tier of the chain, wherever that tier stands
UPDATE grid.rule SET scope = CASE scope WHEN 'district' THEN 'leading' WHEN 'town' THEN 'supervising'
                                        WHEN 'village' THEN 'assisting' WHEN 'subject' THEN 'responsible' END
WHERE key = 'chain_roles' AND scope IN ('district', 'town', 'village', 'subject');
