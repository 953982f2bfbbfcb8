-- "Everything, or else the own area" in one condition is an OR, and an OR keeps the planner from every index. So whoever
-- sees everything reads as grid_all, whose policies ask only whether that is so; everybody else reads as grid_app, whose
-- policies ask only for the area. The application chooses the role; choosing wrongly shows nothing more.

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grid_all') THEN
        CREATE ROLE grid_all NOLOGIN NOINHERIT;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server made it in this moment
END $$;
DO $$ BEGIN
    IF NOT pg_has_role('grid_app', 'grid_all', 'MEMBER') THEN
        GRANT grid_all TO grid_app;
    END IF;
    IF NOT pg_has_role(current_user, 'grid_all', 'MEMBER') THEN
        GRANT grid_all TO CURRENT_USER;
    END IF;
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;
GRANT USAGE ON SCHEMA grid, public_board TO grid_all;

-- What a login opens: its posts in force today, everything below their units, and the units above.
CREATE FUNCTION grid.scope_opened(who text, OUT area text[], OUT above text[], OUT everything boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    WITH RECURSIVE mine AS MATERIALIZED (
        -- as in grid.posts_of, written out: this plan is kept, that of a function in SQL is made anew each time
        SELECT p.role, p.unit_code FROM grid.account AS a JOIN grid.post AS p USING (person_no)
        WHERE a.login = nullif(who, '') AND NOT a.disabled AND p.unit_code IS NOT NULL
          AND p.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
    ),
    down AS (
        SELECT unit_code AS code FROM mine WHERE role <> 'lab_tester'
        UNION SELECT v.code FROM grid.unit_place AS v JOIN down ON v.parent_code = down.code
    ), up AS (
        SELECT unit_code AS code FROM mine WHERE role <> 'lab_tester'
        UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT coalesce((SELECT array_agg(code) FROM down), '{}'), coalesce((SELECT array_agg(code) FROM up), '{}'),
           EXISTS (SELECT FROM mine
                   WHERE role IN ('district_leader', 'section_head', 'data_steward', 'administrator'))
    INTO area, above, everything;
END $$;

-- A transaction's scope, named and worked out once; it is kept in settings that end with the transaction.
CREATE FUNCTION grid.take_on(login text, address text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    opened record;
BEGIN
    opened := grid.scope_opened(login);
    PERFORM set_config('grid.login', login, true), set_config('grid.address', address, true),
            set_config('grid.area', opened.area::text, true),
            set_config('grid.superiors', opened.above::text, true),
            set_config('grid.everything', opened.everything::text, true),
            set_config('grid.scope_of', login || '!', true);
END $$;

-- Where a login was named without taking it on, its scope is worked out for each question. None of the three keeps
-- anything itself, so a plan that asks them may be a parallel one.
CREATE FUNCTION grid.is_taken_on() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('grid.scope_of', true) = current_setting('grid.login', true) || '!', false)
$$;
CREATE OR REPLACE FUNCTION grid.sees_all() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN grid.is_taken_on() THEN current_setting('grid.everything')::boolean
                ELSE (grid.scope_opened(current_setting('grid.login', true))).everything END;
END $$;
CREATE OR REPLACE FUNCTION grid.my_area() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN grid.is_taken_on() THEN current_setting('grid.area')::text[]
                ELSE (grid.scope_opened(current_setting('grid.login', true))).area END;
END $$;
CREATE OR REPLACE FUNCTION grid.my_superiors() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN grid.is_taken_on() THEN current_setting('grid.superiors')::text[]
                ELSE (grid.scope_opened(current_setting('grid.login', true))).above END;
END $$;

-- The area's policies without the OR.
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['unit', 'unit_version', 'subject', 'sample', 'result', 'subject_status', 'subject_risk',
                             'visit', 'finding', 'chain_record', 'post', 'person', 'training', 'former_village'] LOOP
        EXECUTE format('DROP POLICY area ON grid.%I', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['unit', 'unit_version'] LOOP
        EXECUTE format('CREATE POLICY area ON grid.%I FOR SELECT TO grid_app
                        USING (code = ANY ((SELECT grid.my_area() || grid.my_superiors())::text[]))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['subject', 'sample'] LOOP
        EXECUTE format('CREATE POLICY area ON grid.%I FOR SELECT TO grid_app
                        USING (village_code = ANY ((SELECT grid.my_area())::text[]))', t);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['subject_status', 'subject_risk', 'visit', 'finding', 'chain_record', 'former_village'] LOOP
        EXECUTE format('CREATE POLICY area ON grid.%I FOR SELECT TO grid_app
                        USING (subject_id IN (SELECT subject_id FROM grid.subject))', t);
    END LOOP;
END $$;
CREATE POLICY area ON grid.result FOR SELECT TO grid_app
    USING (EXISTS (SELECT FROM grid.sample AS s WHERE s.sample_no = result.sample_no));
CREATE POLICY area ON grid.post FOR SELECT TO grid_app
    USING (unit_code = ANY ((SELECT grid.my_area() || grid.my_superiors())::text[])
           OR subject_id IN (SELECT subject_id FROM grid.subject));
CREATE POLICY area ON grid.person FOR SELECT TO grid_app
    USING (EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = person.person_no)
           OR EXISTS (SELECT FROM grid.visit AS v WHERE v.person_no = person.person_no));
CREATE POLICY area ON grid.training FOR SELECT TO grid_app
    USING (EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = training.person_no));

-- Whoever reads everything may read what the area's role may, and nothing unless he does see everything.
DO $$ DECLARE t record; condition text; BEGIN
    FOR t IN SELECT c.relname, string_agg(p.column_name, ', ') AS columns FROM pg_class AS c
             JOIN information_schema.column_privileges AS p
               ON p.table_schema = 'grid' AND p.table_name = c.relname AND p.grantee = 'grid_app'
                  AND p.privilege_type = 'SELECT'
             WHERE c.relnamespace = 'grid'::regnamespace AND c.relkind = 'r' GROUP BY c.relname LOOP
        EXECUTE format('GRANT SELECT (%s) ON grid.%I TO grid_all', t.columns, t.relname);
        condition := CASE t.relname
            WHEN 'audit' THEN 'SELECT grid.holds(''administrator'')'
            WHEN 'account' THEN 'SELECT grid.holds(''administrator'')'
            ELSE 'SELECT grid.sees_all()' END;
        EXECUTE format('CREATE POLICY everything ON grid.%I FOR SELECT TO grid_all USING ((%s))', t.relname, condition);
    END LOOP;
END $$;
-- An item's history asks for itself who is calling.
GRANT EXECUTE ON FUNCTION grid.work_item_history(text) TO grid_all;

-- Behind a policy the planner may use what it knows of a column only for comparisons that cannot leak, and those of
-- ranges are not among them: it took every "in force that day" for one row, and compared each subject with every unit.
-- Days compared as days can be estimated.
CREATE OR REPLACE FUNCTION grid.unit_on(as_of date) RETURNS SETOF grid.unit_version
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM grid.unit_version
    WHERE coalesce(lower(valid), '-infinity') <= as_of AND as_of < coalesce(upper(valid), 'infinity')
$$;
CREATE OR REPLACE FUNCTION grid.post_on(as_of date) RETURNS SETOF grid.post
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM grid.post
    WHERE coalesce(lower(valid), '-infinity') <= as_of AND as_of < coalesce(upper(valid), 'infinity')
$$;
CREATE STATISTICS grid.unit_version_days ON (coalesce(lower(valid), '-infinity')), (coalesce(upper(valid), 'infinity'))
    FROM grid.unit_version;
CREATE STATISTICS grid.post_days ON (coalesce(lower(valid), '-infinity')), (coalesce(upper(valid), 'infinity'))
    FROM grid.post;

-- Units are looked up by their code, posts by place and person, thousands of times in a question. The promises "one
-- version a day", "one holder a day" are kept by GiST indexes, which do that ten times slower than plain ones; in another
-- collation they serve the promises alone.
CREATE INDEX ix_unit_version_code ON grid.unit_version (code);
ALTER TABLE grid.unit_version DROP CONSTRAINT ex_unit_version_one_per_day;
ALTER TABLE grid.unit_version ADD CONSTRAINT ex_unit_version_one_per_day
    EXCLUDE USING gist (code COLLATE "C" WITH =, valid WITH &&);
ALTER TABLE grid.post DROP CONSTRAINT ex_post_same_person, DROP CONSTRAINT ex_post_single_holder;
ALTER TABLE grid.post
    ADD CONSTRAINT ex_post_same_person EXCLUDE USING gist
        (person_no COLLATE "C" WITH =, place COLLATE "C" WITH =, role WITH =, valid WITH &&),
    ADD CONSTRAINT ex_post_single_holder EXCLUDE USING gist (place COLLATE "C" WITH =, role WITH =, valid WITH &&)
        WHERE (role IN ('district_leader', 'responsible_person', 'section_head', 'station_head')
               AND acting_for IS NULL);
