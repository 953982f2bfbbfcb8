-- The rows a batch found, kept as they were before it changed or removed them. While the setting grid.batch names a
-- batch, statement triggers keep the first state of every row; what the batch added is known by its number alone.

-- SQL of a row as JSON that reads back exactly: shapes as EWKB (GeoJSON would round them), without generated columns.
CREATE FUNCTION grid.image_of(rel regclass, alias text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'jsonb_build_object(' || string_agg(format(
        CASE WHEN atttypid = 'public.geometry'::regtype THEN '%L, %I.%I::text' ELSE '%L, %I.%I' END,
        attname, alias, attname), ', ' ORDER BY attnum) || ')'
    FROM pg_attribute WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

-- SQL of a row's primary key as text.
CREATE FUNCTION grid.key_of(rel regclass, alias text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'jsonb_build_array(' || string_agg(format('%I.%I', alias, attname), ', ' ORDER BY place) || ')::text'
    FROM pg_index CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = indrelid AND a.attnum = k.attnum
    WHERE indrelid = rel AND indisprimary
$$;

CREATE FUNCTION grid.keep_former() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE batch integer := nullif(current_setting('grid.batch', true), '')::integer;
BEGIN
    IF batch IS NOT NULL THEN
        EXECUTE format('INSERT INTO grid.undo_row (batch_id, table_name, row_key, was_batch, before)
                        SELECT $1, %L, %s, w.batch_id, %s FROM was AS w WHERE w.batch_id IS DISTINCT FROM $1
                        ON CONFLICT DO NOTHING',
                       TG_TABLE_NAME, grid.key_of(TG_RELID, 'w'), grid.image_of(TG_RELID, 'w')) USING batch;
    END IF;
    RETURN NULL;
END $$;

-- Makes what batches do to a table undoable; a table of facts (one with batch_id) asks for it when it is made.
CREATE FUNCTION grid.make_undoable(rel regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER keep_changed AFTER UPDATE ON %s REFERENCING OLD TABLE AS was
                    FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_former()', rel);
    EXECUTE format('CREATE TRIGGER keep_removed AFTER DELETE ON %s REFERENCING OLD TABLE AS was
                    FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_former()', rel);
END $$;
DO $$ DECLARE t text; BEGIN
    FOREACH t IN ARRAY ARRAY['unit_version', 'unit_lineage', 'person', 'subject', 'former_village', 'subject_status',
        'subject_risk', 'post', 'training', 'visit', 'finding', 'sample', 'result', 'chain_record'] LOOP
        PERFORM grid.make_undoable(format('grid.%I', t)::regclass);
    END LOOP;
    FOREACH t IN ARRAY ARRAY['unit_lineage', 'former_village'] LOOP
        EXECUTE format('CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision()', t);
    END LOOP;
END $$;
CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON grid.unit_lineage
    FOR EACH ROW EXECUTE FUNCTION grid.note_change('old_code');

-- As before, but what is entered by hand is closed at once: it is one row, and a change of it later stands in the way of
-- taking it back.
CREATE OR REPLACE FUNCTION grid.hand_batch(of_kind text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by, rows_read, rows_new, closed_at)
    SELECT of_kind, '', '', grid.signed_in(), 1, 1, clock_timestamp()
    WHERE grid.signed_in() IS NOT NULL AND EXISTS (SELECT FROM grid.my_posts())
    RETURNING id
$$;

-- Which batch changed which row is for those who see all; what stood in it, secrets and all, nobody reads through the
-- application.
ALTER TABLE grid.undo_row ENABLE ROW LEVEL SECURITY;
CREATE POLICY area ON grid.undo_row FOR SELECT TO grid_app USING ((SELECT grid.sees_all()));
GRANT SELECT (batch_id, table_name, row_key, was_batch) ON grid.undo_row TO grid_app;
ALTER TABLE grid.unit_lineage ENABLE ROW LEVEL SECURITY;
CREATE POLICY area ON grid.unit_lineage FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR old_code IN (SELECT code FROM grid.unit) OR new_code IN (SELECT code FROM grid.unit));
GRANT SELECT ON grid.unit_lineage TO grid_app;
ALTER TABLE grid.former_village ENABLE ROW LEVEL SECURITY;
CREATE POLICY area ON grid.former_village FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR subject_id IN (SELECT subject_id FROM grid.subject));
GRANT SELECT ON grid.former_village TO grid_app;
