-- Who may see what, kept by the database. The application connects as grid_app, which owns nothing; what a row is worth
-- to the signed-in account follows from that person's posts of today. Migrations, loads and the command line use the
-- owner, to whom the policies do not apply.

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grid_app') THEN
        CREATE ROLE grid_app LOGIN NOINHERIT;
    END IF;
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grid_public') THEN
        CREATE ROLE grid_public LOGIN NOINHERIT;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server made them in this moment
END $$;
-- The owner may take either role on, to show what it sees. A server's administrator may have made all this beforehand.
DO $$ DECLARE r text; BEGIN
    FOREACH r IN ARRAY ARRAY['grid_app', 'grid_public'] LOOP
        IF NOT pg_has_role(current_user, r, 'MEMBER') THEN
            EXECUTE format('GRANT %I TO CURRENT_USER', r);
        END IF;
    END LOOP;
END $$;
CREATE SCHEMA IF NOT EXISTS public_board;
GRANT USAGE ON SCHEMA grid TO grid_app;
GRANT USAGE ON SCHEMA public_board TO grid_public, grid_app;

CREATE FUNCTION grid.signed_in() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('grid.login', true), '')
$$;

-- The unit posts the signed-in account holds today: when a post ends, the access ends that day.
CREATE FUNCTION grid.my_posts() RETURNS TABLE (role text, unit_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.role, p.unit_code FROM grid.account AS a JOIN grid.post AS p USING (person_no)
    WHERE a.login = grid.signed_in() AND NOT a.disabled AND p.unit_code IS NOT NULL
      AND p.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
$$;

CREATE FUNCTION grid.holds(VARIADIC roles text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM grid.my_posts() WHERE role = ANY (roles))
$$;

CREATE FUNCTION grid.sees_all() RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT grid.holds('district_leader', 'section_head', 'data_steward', 'administrator')
$$;

-- Codes of my units and of all below them, under any version of the tree; empty for whoever is not signed in.
CREATE FUNCTION grid.my_area() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE area AS (
        SELECT unit_code AS code FROM grid.my_posts() WHERE role <> 'lab_tester'
        UNION
        SELECT v.code FROM grid.unit_version AS v JOIN area ON v.parent_code = area.code
    )
    SELECT coalesce(array_agg(code), '{}') FROM area
$$;

-- Codes of the units above mine: their names and posts are the upper part of my own chain.
CREATE FUNCTION grid.my_superiors() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT unit_code AS code FROM grid.my_posts()
        UNION
        SELECT v.parent_code FROM grid.unit_version AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT coalesce(array_agg(code), '{}') FROM up
$$;

-- The functions stand in scalar sub-selects, so that a statement asks each of them once and not once a row.
CREATE POLICY area ON grid.unit FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR code = ANY ((SELECT grid.my_area())::text[]) OR code = ANY ((SELECT grid.my_superiors())::text[]));
CREATE POLICY area ON grid.unit_version FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR code = ANY ((SELECT grid.my_area())::text[]) OR code = ANY ((SELECT grid.my_superiors())::text[]));
CREATE POLICY area ON grid.subject FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR village_code = ANY ((SELECT grid.my_area())::text[]));
CREATE POLICY area ON grid.sample FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR village_code = ANY ((SELECT grid.my_area())::text[]));
CREATE POLICY area ON grid.result FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR sample_no IN (SELECT sample_no FROM grid.sample));
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['subject_status', 'subject_risk', 'visit', 'finding', 'chain_record'] LOOP
        EXECUTE format('CREATE POLICY area ON grid.%I FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
                        OR subject_id IN (SELECT subject_id FROM grid.subject))', t);
    END LOOP;
END $$;
CREATE POLICY area ON grid.post FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR unit_code = ANY ((SELECT grid.my_area())::text[]) OR unit_code = ANY ((SELECT grid.my_superiors())::text[])
    OR subject_id IN (SELECT subject_id FROM grid.subject));
CREATE POLICY area ON grid.person FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR person_no IN (SELECT person_no FROM grid.post) OR person_no IN (SELECT person_no FROM grid.visit));
CREATE POLICY area ON grid.training FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR person_no IN (SELECT person_no FROM grid.post));
-- The stamp of every page needs the newest load; file names and counts are for those who see all.
CREATE POLICY area ON grid.load_batch FOR SELECT TO grid_app USING ((SELECT grid.sees_all()));
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['rule', 'banned_substance', 'revision'] LOOP
        EXECUTE format('CREATE POLICY signed_in ON grid.%I FOR SELECT TO grid_app
                        USING ((SELECT grid.signed_in()) IS NOT NULL)', t);
    END LOOP;
END $$;
CREATE POLICY own ON grid.account FOR SELECT TO grid_app USING (login = (SELECT grid.signed_in())
    OR (SELECT grid.holds('administrator')));
CREATE POLICY administrator ON grid.audit FOR SELECT TO grid_app USING ((SELECT grid.holds('administrator')));

DO $$ DECLARE t text; BEGIN
    FOR t IN SELECT relname FROM pg_class
             WHERE relnamespace = 'grid'::regnamespace AND relkind = 'r' AND relname <> 'alembic_version' LOOP
        EXECUTE format('ALTER TABLE grid.%I ENABLE ROW LEVEL SECURITY', t);
        IF t NOT IN ('person', 'subject', 'account') THEN
            EXECUTE format('GRANT SELECT ON grid.%I TO grid_app', t);
        END IF;
    END LOOP;
END $$;
-- What nobody reads through the application: password hashes, hashed identity numbers, and (but by grid.private_mobile,
-- which asks who is asking) private mobiles.
GRANT SELECT (person_no, name, office_phone, consent_publish, batch_id) ON grid.person TO grid_app;
GRANT SELECT (login, person_no, oidc_subject, disabled, failures, locked_until, epoch, created_at) ON grid.account TO grid_app;
GRANT SELECT (subject_id, name, uscc, id_tail, kinds, sectors, products, village_code, village_level, address, office_phone,
              point, source_datum, source_x, source_y, entry_on, commitment_on, platform_on, batch_id)
    ON grid.subject TO grid_app;
-- The schema's version, for the health check.
GRANT SELECT ON grid.alembic_version TO grid_app;

-- The stamp of every page, without opening the list of loads to everybody.
CREATE FUNCTION grid.load_stamp() RETURNS TABLE (loaded_at timestamptz, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT max(b.loaded_at), coalesce(bool_or(b.synthetic), false) FROM grid.load_batch AS b
$$;

-- A private mobile is for the section and for the supervisors of the own chain (PIPL art 6 and 25).
CREATE FUNCTION grid.private_mobile(of_person text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.private_mobile FROM grid.person AS p
    WHERE p.person_no = of_person AND (
        grid.holds('section_head')
        OR grid.holds('station_head', 'supervisor') AND EXISTS (
            SELECT FROM grid.post AS held LEFT JOIN grid.subject AS s USING (subject_id)
            WHERE held.person_no = of_person AND held.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
              AND (held.unit_code = ANY (grid.my_area()) OR s.village_code = ANY (grid.my_area()))))
$$;

-- Audit: added to by triggers and by grid.note, never changed: no role but the owner has any right on the table, and a
-- trigger stops even a mistaken UPDATE or DELETE of the owner.
CREATE FUNCTION grid.note(action text, about text DEFAULT NULL, detail jsonb DEFAULT NULL) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), action, about, detail)
$$;
CREATE FUNCTION grid.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    hidden CONSTANT text[] := ARRAY['password_hash', 'private_mobile', 'id_hash', 'geom', 'source_geom'];
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key, before, after)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), lower(TG_OP),
            TG_TABLE_NAME, coalesce(new_row, old_row) ->> TG_ARGV[0], old_row, new_row);
    RETURN NULL;
END $$;
-- Facts that arrive by the thousand are known by their load batch; only their changes and removals are noted one by one.
DO $$ DECLARE t text[]; BEGIN
    FOREACH t SLICE 1 IN ARRAY ARRAY[['unit_version', 'code'], ['person', 'person_no'], ['post', 'post_no'],
        ['training', 'person_no'], ['subject', 'subject_id'], ['subject_status', 'subject_id'],
        ['subject_risk', 'subject_id'], ['visit', 'visit_no'], ['finding', 'finding_no'], ['sample', 'sample_no'],
        ['result', 'sample_no']] LOOP
        EXECUTE format('CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON grid.%I
                        FOR EACH ROW EXECUTE FUNCTION grid.note_change(%L)', t[1], t[2]);
    END LOOP;
    FOREACH t SLICE 1 IN ARRAY ARRAY[['rule', 'key'], ['banned_substance', 'analyte'], ['account', 'login']] LOOP
        EXECUTE format('CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON grid.%I
                        FOR EACH ROW EXECUTE FUNCTION grid.note_change(%L)', t[1], t[2]);
    END LOOP;
END $$;
CREATE FUNCTION grid.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grid.audit
    FOR EACH STATEMENT EXECUTE FUNCTION grid.refuse_change();
