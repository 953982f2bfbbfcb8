-- The audit trail: who did what, when, from which address.

-- Audit: added to by triggers and by grid.note, never changed: no role but the owner has any right on the table, and a
-- trigger stops even a mistaken UPDATE or DELETE of the owner.
-- By a token, its number is noted beside the login.
CREATE OR REPLACE FUNCTION grid.note(action text, about text DEFAULT NULL, detail jsonb DEFAULT NULL) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), action, about,
            CASE WHEN grid.by_token() IS NULL THEN detail
                 ELSE coalesce(detail, '{}') || jsonb_build_object('token_id', grid.by_token()) END)
$$;
-- A change of a row, without its shapes and what is secret (the trigger's second argument); one that a merge makes or takes back is known by its number (the setting grid.merge).
CREATE OR REPLACE FUNCTION grid.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    hidden CONSTANT text[] := ARRAY['geom', 'source_geom'] || coalesce(TG_ARGV[1], '{}')::text[];
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key, before, after, merge_no)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), lower(TG_OP),
            TG_TABLE_NAME, coalesce(new_row, old_row) ->> TG_ARGV[0], old_row, new_row,
            nullif(current_setting('grid.merge', true), '')::integer);
    RETURN NULL;
END $$;
CREATE OR REPLACE FUNCTION grid.refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the audit trail is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON grid.audit
    FOR EACH STATEMENT EXECUTE FUNCTION grid.refuse_change();

CREATE POLICY administrator ON grid.audit FOR SELECT TO grid_app USING ((SELECT grid.may_everywhere('read_audit')));
CREATE POLICY everything ON grid.audit FOR SELECT TO grid_all USING ((SELECT grid.may_everywhere('read_audit')));
GRANT SELECT ON grid.audit TO grid_app;
