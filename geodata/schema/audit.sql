-- The audit trail: who did what, when, from which address.

-- Added to by triggers, and by functions that say in words of their own what they have done; never changed: no role but the
-- owner has any right on the table, and a trigger stops even a mistaken UPDATE or DELETE of the owner. grid.note is for
-- those functions alone: no role of the program may write a line of its own (DECISIONS 69).
-- By a token, its number is noted beside the login.
CREATE OR REPLACE FUNCTION grid.note(action text, about text DEFAULT NULL, detail jsonb DEFAULT NULL) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    VALUES (grid.signed_in(), session_user, grid.asked_from(), action, about,
            CASE WHEN grid.by_token() IS NULL THEN detail
                 ELSE coalesce(detail, '{}') || jsonb_build_object('token_id', grid.by_token()) END)
$$;
REVOKE EXECUTE ON FUNCTION grid.note(text, text, jsonb) FROM PUBLIC;

-- Who it was is an account or nobody: the login of a transaction is a setting, and settings take any words.
CREATE OR REPLACE FUNCTION grid.name_accounts_only() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM grid.account AS a WHERE a.login = NEW.login) THEN
        NEW.login := NULL;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER name_accounts_only BEFORE INSERT ON grid.audit FOR EACH ROW
    WHEN (NEW.login IS NOT NULL) EXECUTE FUNCTION grid.name_accounts_only();

-- A list that was handed out (PIPL art 51): which, of which unit and day, in which form, how many rows, by which job. What is
-- none of the program's words is no export; a unit or a job that is not there is left out.
CREATE OR REPLACE FUNCTION grid.note_export(what text, unit text, as_of date, form text, row_count bigint, job bigint)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    IF grid.my_person() IS NULL OR what <> ALL ('{access,changes,indicators,rows,subjects,work}'::text[])
       OR form <> ALL ('{csv,geojson,json,xlsx}'::text[]) THEN
        RAISE EXCEPTION 'no such export' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM grid.note('exported', what, nullif(jsonb_strip_nulls(jsonb_build_object(
        'unit', (SELECT u.code FROM grid.unit AS u WHERE u.code = unit), 'as_of', as_of, 'format', form,
        'rows', row_count, 'job', (SELECT j.id FROM grid.job AS j WHERE j.id = job AND j.login = grid.acting()))), '{}'));
END $$;
-- A mapping is a file of the installation; its name is what it is about: one word, by somebody who may load.
CREATE OR REPLACE FUNCTION grid.note_mapping(called text, is_removed boolean, is_replaced boolean) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    IF called !~ '^[^[:space:][:cntrl:][:punct:]]([^[:space:][:cntrl:][:punct:]]|[-_]){0,39}$'
       OR NOT coalesce('load_facts' = ANY ((grid.scope_opened(grid.acting())).permissions), false) THEN
        RAISE EXCEPTION 'no such mapping' USING ERRCODE = 'insufficient_privilege';
    END IF;
    PERFORM grid.note(CASE WHEN is_removed THEN 'mapping_removed' ELSE 'mapping_saved' END, called,
                      CASE WHEN NOT is_removed THEN jsonb_build_object('replaced', is_replaced) END);
END $$;
REVOKE EXECUTE ON FUNCTION grid.note_export(text, text, date, text, bigint, bigint),
    grid.note_mapping(text, boolean, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.note_export(text, text, date, text, bigint, bigint),
    grid.note_mapping(text, boolean, boolean) TO grid_app;

-- A change of a row, without its shapes and what is secret (the trigger's second argument); one that a merge makes or takes back is known by its number (the setting grid.merge).
CREATE OR REPLACE FUNCTION grid.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    hidden CONSTANT text[] := ARRAY['geom', 'source_geom'] || coalesce(TG_ARGV[1], '{}')::text[];
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key, before, after, merge_no)
    VALUES (grid.signed_in(), session_user, grid.asked_from(), lower(TG_OP),
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
