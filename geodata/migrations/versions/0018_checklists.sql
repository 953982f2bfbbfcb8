-- Checklists as dated data: the seven heads of a producer's patrol and the nine of a dealer's, and every visit its list.

CREATE TABLE grid.checklist (
    checklist_no TEXT NOT NULL CONSTRAINT pk_checklist PRIMARY KEY,
    title TEXT NOT NULL,
    title_en TEXT,
    kinds TEXT[] NOT NULL,
    from_on DATE NOT NULL,
    source TEXT NOT NULL,
    batch_id INTEGER,
    CONSTRAINT ck_checklist_kinds_words CHECK (cardinality(kinds) > 0 AND kinds <@ ARRAY['enterprise', 'cooperative',
        'family_farm', 'grower', 'slaughterhouse', 'buyer_storage', 'broker', 'market', 'sales_firm', 'input_dealer']::text[]),
    CONSTRAINT ck_checklist_sourced CHECK (btrim(source) <> ''),
    CONSTRAINT ck_checklist_titled CHECK (btrim(title) <> ''),
    -- of the lists of one kind of subject only one begins on a day, and it holds until the next: a kind has one a day
    CONSTRAINT ex_checklist_one_a_day EXCLUDE USING gist (grid.points_of(kinds) WITH &&, from_on WITH =),
    CONSTRAINT fk_checklist_batch_id FOREIGN KEY (batch_id) REFERENCES grid.load_batch (id)
);
CREATE INDEX ix_checklist_batch_id ON grid.checklist (batch_id);
CREATE TABLE grid.checklist_item (
    checklist_no TEXT NOT NULL,
    item TEXT NOT NULL,
    position_no INTEGER NOT NULL,
    wording TEXT NOT NULL,
    wording_en TEXT,
    article TEXT,
    batch_id INTEGER,
    CONSTRAINT pk_checklist_item PRIMARY KEY (checklist_no, item),
    CONSTRAINT uq_checklist_item_position_no UNIQUE (checklist_no, position_no) DEFERRABLE,
    CONSTRAINT ck_checklist_item_item_key CHECK (item ~ '^[a-z][a-z0-9_]{0,29}$'),
    CONSTRAINT ck_checklist_item_worded CHECK (btrim(wording) <> ''),
    CONSTRAINT fk_checklist_item_checklist_no FOREIGN KEY (checklist_no) REFERENCES grid.checklist (checklist_no),
    CONSTRAINT fk_checklist_item_batch_id FOREIGN KEY (batch_id) REFERENCES grid.load_batch (id)
);
CREATE INDEX ix_checklist_item_batch_id ON grid.checklist_item (batch_id);

-- Dealers answered the seven until today. Theirs are the nine from the day after the newest visit that did so, or the newest
-- finding under one of the seven; where there is none, from the beginning. So every old visit keeps what it answered, under
-- the list of its day.
CREATE TEMP TABLE moved ON COMMIT DROP AS
SELECT least(date '2000-01-01', (SELECT min(visited_on) FROM grid.visit), (SELECT min(found_on) FROM grid.finding)) AS first_on,
       (SELECT max(seven.on_day) + 1 FROM (
            SELECT v.subject_id, v.visited_on AS on_day FROM grid.visit AS v WHERE v.items <> '{}'
            UNION ALL
            SELECT f.subject_id, greatest(f.found_on, v.visited_on) FROM grid.finding AS f LEFT JOIN grid.visit AS v USING (visit_no)
            WHERE f.item IS NOT NULL
        ) AS seven JOIN grid.subject AS s USING (subject_id) WHERE s.kinds[1] = 'input_dealer') AS dealers_on;

INSERT INTO grid.checklist (checklist_no, title, title_en, kinds, from_on, source)
SELECT 'producer', '生产经营主体巡查七项', 'the seven heads of a patrol',
       ARRAY['enterprise', 'cooperative', 'family_farm', 'grower', 'slaughterhouse', 'buyer_storage', 'broker', 'market', 'sales_firm']
       || CASE WHEN dealers_on IS NULL THEN '{}' ELSE '{input_dealer}'::text[] END,
       first_on, '农业农村部巡查最低内容（七项）；农产品质量安全法第52条' FROM moved
UNION ALL
SELECT 'dealer', '农资经营主体巡查九项', 'the nine heads of a dealer''s patrol', '{input_dealer}'::text[],
       coalesce(dealers_on, first_on), '农药管理条例第24至28条；兽药管理条例第28条' FROM moved;

INSERT INTO grid.checklist_item (checklist_no, position_no, item, wording, wording_en, article) VALUES
    ('producer', 1, 'records', '生产记录制度落实', 'production records are kept', '农产品质量安全法第27条'),
    ('producer', 2, 'inputs', '投入品购买管理', 'purchase of inputs', '农产品质量安全法第52条'),
    ('producer', 3, 'use', '农药兽药使用（范围、剂量、安全间隔期或休药期、禁限用、非法添加）',
     'use of pesticides and veterinary drugs (scope, dose, interval, banned, illegally added)', '农产品质量安全法第52条'),
    ('producer', 4, 'preservatives', '保鲜剂、防腐剂、添加剂使用', 'preservatives and additives', NULL),
    ('producer', 5, 'waste', '投入品废弃物处置', 'disposal of waste of inputs', NULL),
    ('producer', 6, 'certificates', '达标合格证和追溯凭证开具使用', 'certificates of conformity and traceability', '农产品质量安全法第38、39条'),
    ('producer', 7, 'other', '其他', 'other', NULL),
    ('dealer', 1, 'licence', '经营许可证有效、亮证经营、库存不超范围', 'licence valid and displayed, its scope covers the stock', '农药管理条例第24条'),
    ('dealer', 2, 'vouchers', '进货索证索票，供货方有许可', 'purchase vouchers, suppliers licensed', '农药管理条例第26条'),
    ('dealer', 3, 'purchase_ledger', '进货台账完整', 'purchase ledger complete', '农药管理条例第26条'),
    ('dealer', 4, 'sales_ledger', '销售台账完整', 'sales ledger complete', '农药管理条例第27条'),
    ('dealer', 5, 'restricted', '限制使用农药：定点经营、实名登记、有培训合格的指导人员',
     'restricted pesticides: designated outlet, real-name ledger, trained adviser', '农药管理条例第24条'),
    ('dealer', 6, 'goods', '无禁用、过期、无标签或分装货品', 'no banned, expired, unlabelled or re-packed goods', '农药管理条例第28条'),
    ('dealer', 7, 'premises', '农药场所不经营食品、食用农产品、饲料；卫生用农药分柜',
     'no food, edible produce or feed beside pesticides; hygiene pesticides on a counter of their own', '农药管理条例第28条'),
    ('dealer', 8, 'recovery', '设有包装废弃物回收点', 'recovery point for packages', NULL),
    ('dealer', 9, 'commitment', '签订承诺书', 'letter of commitment signed', NULL);

ALTER TABLE grid.visit
    ADD COLUMN checklist_no TEXT,
    ADD COLUMN item_notes JSONB NOT NULL DEFAULT '{}';
ALTER TABLE grid.finding ADD COLUMN checklist_no TEXT;

-- What stands may have been recorded before its own day, as another zone counts days (0010): it stays.
ALTER TABLE grid.visit DROP CONSTRAINT ck_visit_not_in_future;
-- Every visit is of the list of its day and the first kind of its subject.
UPDATE grid.visit AS v SET checklist_no = CASE
    WHEN v.visited_on >= (SELECT from_on FROM grid.checklist WHERE checklist_no = 'dealer')
         AND (SELECT s.kinds[1] = 'input_dealer' FROM grid.subject AS s WHERE s.subject_id = v.subject_id) THEN 'dealer'
    ELSE 'producer' END;
-- What is no yes, no or na under one of the seven was written past the loader: it becomes the note of "other".
UPDATE grid.visit AS v SET
    items = (SELECT coalesce(jsonb_object_agg(e.key, e.value), '{}') FROM jsonb_each(v.items) AS e WHERE (e.value IN ('"yes"', '"no"', '"na"') AND e.key = ANY (ARRAY['records', 'inputs', 'use', 'preservatives', 'waste', 'certificates', 'other']))),
    item_notes = jsonb_build_object('other', (SELECT left(string_agg(e.key || '=' || (e.value #>> '{}'), '；' ORDER BY e.key), 500)
                                              FROM jsonb_each(v.items) AS e WHERE NOT (e.value IN ('"yes"', '"no"', '"na"') AND e.key = ANY (ARRAY['records', 'inputs', 'use', 'preservatives', 'waste', 'certificates', 'other']))))
WHERE v.items <> '{}' AND EXISTS (SELECT FROM jsonb_each(v.items) AS e WHERE NOT (e.value IN ('"yes"', '"no"', '"na"') AND e.key = ANY (ARRAY['records', 'inputs', 'use', 'preservatives', 'waste', 'certificates', 'other'])));
-- The item of a finding was free text: a word of the seven becomes its key, anything else goes before the description.
UPDATE grid.finding AS f SET item = w.item FROM (VALUES
    ('生产记录', 'records'), ('投入品购买', 'inputs'), ('农药兽药使用', 'use'), ('保鲜防腐添加', 'preservatives'),
    ('废弃物处置', 'waste'), ('合格证追溯', 'certificates'), ('其他', 'other')) AS w (word, item)
WHERE btrim(f.item) = w.word;
UPDATE grid.finding AS f SET item = NULL, description = concat_ws('：', nullif(btrim(f.item), ''), f.description)
WHERE f.item IS NOT NULL AND f.item NOT IN (SELECT i.item FROM grid.checklist_item AS i WHERE i.checklist_no = 'producer');
UPDATE grid.finding SET checklist_no = 'producer' WHERE item IS NOT NULL;

ALTER TABLE grid.visit
    ADD CONSTRAINT fk_visit_checklist_no FOREIGN KEY (checklist_no) REFERENCES grid.checklist (checklist_no),
    ADD CONSTRAINT ck_visit_items_answered CHECK (NOT jsonb_path_exists(items,
        'strict $.* ? (@.type() != "string" || !(@ == "yes" || @ == "no" || @ == "na"))', silent => true)),
    ADD CONSTRAINT ck_visit_notes_plain CHECK (jsonb_typeof(item_notes) = 'object' AND NOT jsonb_path_exists(item_notes,
        'strict $.* ? (@.type() != "string" || !(@ like_regex "^.{1,250}.{0,250}$" flag "s"))', silent => true)),
    ADD CONSTRAINT ck_visit_asked_by_list CHECK (checklist_no IS NOT NULL OR items || item_notes = '{}');
ALTER TABLE grid.finding
    ADD CONSTRAINT fk_finding_item FOREIGN KEY (checklist_no, item) REFERENCES grid.checklist_item (checklist_no, item),
    ADD CONSTRAINT ck_finding_item_of_list CHECK ((item IS NULL) = (checklist_no IS NULL));

ALTER TABLE grid.visit ADD CONSTRAINT ck_visit_not_in_future CHECK (visited_on <= grid.day_of(recorded_at)) NOT VALID;
DO $$ BEGIN
    ALTER TABLE grid.visit VALIDATE CONSTRAINT ck_visit_not_in_future;
EXCEPTION WHEN check_violation THEN NULL;
END $$;

-- What was bound by which rule stands in the audit trail.
INSERT INTO grid.audit (db_role, action, table_name, row_key, after)
SELECT session_user, 'checklists_bound', 'visit', '0018', jsonb_build_object(
    'dealers_from', (SELECT from_on FROM grid.checklist WHERE checklist_no = 'dealer'),
    'producer', count(*) FILTER (WHERE checklist_no = 'producer'), 'dealer', count(*) FILTER (WHERE checklist_no = 'dealer'),
    'noted_under_other', count(*) FILTER (WHERE item_notes <> '{}'),
    'findings_with_item', (SELECT count(*) FROM grid.finding WHERE item IS NOT NULL),
    'findings_without', (SELECT count(*) FROM grid.finding WHERE item IS NULL))
FROM grid.visit HAVING count(*) > 0;
