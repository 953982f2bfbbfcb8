-- A load checks each row against all that is there, so it sees and writes facts of every area; whether somebody may load
-- at all is asked before. The web server does so as grid_load, which owns nothing: it cannot change the schema or a policy,
-- reads no password, makes no account, and adds to the audit trail what its acts leave there, no more.

DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'grid_load') THEN
        CREATE ROLE grid_load LOGIN NOINHERIT;
    END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN
    NULL;  -- another database of the same server made it in this moment
END $$;
DO $$ BEGIN
    IF NOT pg_has_role(current_user, 'grid_load', 'MEMBER') THEN
        GRANT grid_load TO CURRENT_USER;
    END IF;
EXCEPTION WHEN unique_violation THEN
    NULL;
END $$;
GRANT USAGE ON SCHEMA grid TO grid_load;

-- The condition is plainly true: a question there, even one asked once a statement, keeps the planner from the indexes that
-- the checks of a load stand on (shapes, ranges).
CREATE FUNCTION grid.open_to_loads(rel regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO grid_load', rel);
    EXECUTE format('CREATE POLICY loads ON %s TO grid_load USING (true) WITH CHECK (true)', rel);
END $$;
REVOKE EXECUTE ON FUNCTION grid.open_to_loads(regclass) FROM PUBLIC;
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['unit', 'unit_version', 'unit_lineage', 'person', 'subject', 'former_village', 'subject_status',
        'subject_risk', 'post', 'training', 'visit', 'finding', 'sample', 'result', 'chain_record'] LOOP
        PERFORM grid.open_to_loads(format('grid.%I', t)::regclass);
    END LOOP;
END $$;
-- As before, and the table is open to loads.
CREATE OR REPLACE FUNCTION grid.make_undoable(rel regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER keep_changed AFTER UPDATE ON %s REFERENCING OLD TABLE AS was
                    FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_former()', rel);
    EXECUTE format('CREATE TRIGGER keep_removed AFTER DELETE ON %s REFERENCING OLD TABLE AS was
                    FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_former()', rel);
    PERFORM grid.open_to_loads(rel);
END $$;

-- A batch is opened under the name of whoever is signed in and sees all, as settled when the transaction took the scope on:
-- a load of posts may end the loader's own.
GRANT SELECT, INSERT, UPDATE ON grid.load_batch TO grid_load;
CREATE POLICY loads_see ON grid.load_batch FOR SELECT TO grid_load USING (true);
CREATE POLICY loads_close ON grid.load_batch FOR UPDATE TO grid_load USING (true);
CREATE POLICY loads_open ON grid.load_batch FOR INSERT TO grid_load
    WITH CHECK (loaded_by = grid.signed_in() AND (SELECT grid.sees_all()));
-- What a batch found is kept by triggers, and goes when it is put back.
GRANT SELECT, DELETE ON grid.undo_row TO grid_load;
CREATE POLICY loads ON grid.undo_row TO grid_load USING (true);
GRANT SELECT ON grid.rule TO grid_load;
CREATE POLICY loads ON grid.rule FOR SELECT TO grid_load USING (true);

-- What stands on a batch beside facts: only that it refers to a row, not what it says.
GRANT SELECT (person_no) ON grid.account TO grid_load;
GRANT SELECT (owner_no) ON grid.work_item TO grid_load;
GRANT SELECT (kept_id, dropped_id, undone_at) ON grid.subject_merge TO grid_load;
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['account', 'work_item', 'subject_merge'] LOOP
        EXECUTE format('CREATE POLICY loads ON grid.%I FOR SELECT TO grid_load USING (true)', t);
    END LOOP;
END $$;
-- The record of a merge that is undone goes with its subjects.
GRANT DELETE ON grid.subject_merge TO grid_load;
CREATE POLICY loads_end ON grid.subject_merge FOR DELETE TO grid_load USING (undone_at IS NOT NULL);
-- Rows of a batch that a standing merge of subjects has changed or taken out, by the audit trail.
CREATE FUNCTION grid.merged_of(of_batch integer) RETURNS TABLE (merge_no integer, table_name text, row_count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT m.merge_no, a.table_name, count(DISTINCT a.row_key) FROM grid.subject_merge AS m
    JOIN grid.audit AS a ON a.merge_no = m.merge_no
    WHERE m.undone_at IS NULL AND a.before ->> 'batch_id' = of_batch::text GROUP BY 1, 2 ORDER BY 1, 2
$$;
-- Rows changed outside of any batch since a batch was closed, by the audit trail: they still name the batch.
CREATE FUNCTION grid.touched_since(of_batch integer) RETURNS TABLE (table_name text, row_count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.table_name, count(DISTINCT a.row_key) FROM grid.audit AS a
    JOIN grid.load_batch AS b ON b.id = of_batch AND a.at > b.closed_at
    WHERE a.action = 'update' AND a.merge_no IS NULL AND a.before ->> 'batch_id' = b.id::text
      AND a.after ->> 'batch_id' = b.id::text
    GROUP BY 1 ORDER BY 1
$$;
-- Only who owns a table may have it looked through for the planner.
CREATE FUNCTION grid.gather_statistics(of_table text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE grid.%I', of_table);
END $$;
REVOKE EXECUTE ON FUNCTION grid.merged_of(integer), grid.touched_since(integer), grid.gather_statistics(text)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.merged_of(integer), grid.touched_since(integer), grid.gather_statistics(text)
    TO grid_load;

-- Posts that open more than the loader's own, and the loader's own posts, are not given or taken by a file or by taking
-- one back: those of the office are the administrator's to give, the section's and the leader's not the steward's.
CREATE FUNCTION grid.may_give_post(role text, person text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT grid.signed_in() IS NULL OR grid.holds('administrator')
        OR role NOT IN ('data_steward', 'administrator')
           AND (role NOT IN ('district_leader', 'section_head') OR grid.holds('section_head'))
           AND person IS DISTINCT FROM grid.my_person()
$$;

-- A function of a trigger runs as its owner, with whatever table it is put on: nobody but the owner puts it on one.
DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'grid'::regnamespace AND prorettype = 'trigger'::regtype LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;

-- What the application asks about accounts, people's own phones and entries by hand is the application's alone.
DO $$ DECLARE f text; BEGIN
    FOREACH f IN ARRAY ARRAY['sign_in_try(text)', 'sign_in_ended(text, text, text)', 'login_of_subject(text)',
        'own_password()', 'set_own_password(text)', 'who_sees_what()', 'private_mobile(text)', 'hand_batch(text)',
        'own_batch(integer)'] LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION grid.%s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION grid.%s TO grid_app, grid_all', f);
    END LOOP;
END $$;
