-- Batches, and what a load through a page may do beside writing facts. The web server does so as grid_load, which owns
-- nothing: it cannot change the schema or a policy, reads no password, makes no account, and adds to the audit trail what
-- its acts leave there, no more.

-- The stamp of every page needs the newest load; file names and counts are for those who see all.
CREATE POLICY area ON grid.load_batch FOR SELECT TO grid_app USING ((SELECT grid.sees_all()));
GRANT SELECT ON grid.load_batch TO grid_app;
-- A batch is opened under the name of whoever is signed in and may load, and closed or taken back by whoever may, as
-- settled when the transaction took the scope on: a load of posts may end the loader's own.
GRANT SELECT, INSERT, UPDATE ON grid.load_batch TO grid_load;
CREATE POLICY loads_see ON grid.load_batch FOR SELECT TO grid_load USING (true);
CREATE POLICY loads_close ON grid.load_batch FOR UPDATE TO grid_load
    USING ((SELECT grid.may_everywhere('load_facts')));
CREATE POLICY loads_open ON grid.load_batch FOR INSERT TO grid_load
    WITH CHECK (loaded_by = grid.signed_in() AND (SELECT grid.may_everywhere('load_facts')));

-- That a batch was taken back is noted by its row, whoever does it.
CREATE OR REPLACE FUNCTION grid.note_undo() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    PERFORM grid.note('undo', NEW.id::text);
    RETURN NULL;
END $$;
CREATE TRIGGER note_undo AFTER UPDATE OF undone_at ON grid.load_batch FOR EACH ROW
    WHEN (OLD.undone_at IS NULL AND NEW.undone_at IS NOT NULL) EXECUTE FUNCTION grid.note_undo();

-- The record of a merge that is undone goes with its subjects.
GRANT SELECT (undone_at), DELETE ON grid.subject_merge TO grid_load;
CREATE POLICY loads_end ON grid.subject_merge FOR DELETE TO grid_load USING (undone_at IS NOT NULL);

-- Only who owns a table may have it looked through for the planner.
CREATE OR REPLACE FUNCTION grid.gather_statistics(of_table text) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    EXECUTE format('ANALYZE grid.%I', of_table);
END $$;
REVOKE EXECUTE ON FUNCTION grid.gather_statistics(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.gather_statistics(text) TO grid_load;

-- Posts that open more than the loader's own, and the loader's own posts, are not given or taken by a file or by taking
-- one back: those of the office are the administrator's to give, the section's and the leader's not the steward's.
CREATE OR REPLACE FUNCTION grid.comes_with_files(of_role text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.post_grantor AS g WHERE g.role = of_role AND g.permission = 'give_posts')
$$;
CREATE OR REPLACE FUNCTION grid.may_give_post(role text, person text) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT grid.signed_in() IS NULL OR grid.may_everywhere('give_office_posts')
        OR (role = ANY (grid.gives()) OR grid.comes_with_files(role)) AND person IS DISTINCT FROM grid.my_person()
$$;
