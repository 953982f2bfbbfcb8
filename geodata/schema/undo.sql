-- The rows a batch found, kept as they were before it changed or removed them. While the setting grid.batch names a
-- batch, statement triggers keep the first state of every row; what the batch added is known by its number alone.

-- SQL of a row as JSON that reads back exactly: shapes as EWKB (GeoJSON would round them), without generated columns.
CREATE OR REPLACE FUNCTION grid.image_of(rel regclass, alias text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'jsonb_build_object(' || string_agg(format(
        CASE WHEN atttypid = 'public.geometry'::regtype THEN '%L, %I.%I::text' ELSE '%L, %I.%I' END,
        attname, alias, attname), ', ' ORDER BY attnum) || ')'
    FROM pg_attribute WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

-- SQL of a row's primary key as text.
CREATE OR REPLACE FUNCTION grid.key_of(rel regclass, alias text) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT 'jsonb_build_array(' || string_agg(format('%I.%I', alias, attname), ', ' ORDER BY place) || ')::text'
    FROM pg_index CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = indrelid AND a.attnum = k.attnum
    WHERE indrelid = rel AND indisprimary
$$;

CREATE OR REPLACE FUNCTION grid.keep_former() RETURNS trigger
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

-- Rows of a batch that a standing merge of subjects has changed or taken out, by the audit trail.
CREATE OR REPLACE FUNCTION grid.merged_of(of_batch integer) RETURNS TABLE (merge_no integer, table_name text, row_count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT m.merge_no, a.table_name, count(DISTINCT a.row_key) FROM grid.subject_merge AS m
    JOIN grid.audit AS a ON a.merge_no = m.merge_no
    WHERE m.undone_at IS NULL AND a.before ->> 'batch_id' = of_batch::text GROUP BY 1, 2 ORDER BY 1, 2
$$;
-- Rows changed outside of any batch since a batch was closed, by the audit trail: they still name the batch.
CREATE OR REPLACE FUNCTION grid.touched_since(of_batch integer) RETURNS TABLE (table_name text, row_count bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.table_name, count(DISTINCT a.row_key) FROM grid.audit AS a
    JOIN grid.load_batch AS b ON b.id = of_batch AND a.at > b.closed_at
    WHERE a.action = 'update' AND a.merge_no IS NULL AND a.before ->> 'batch_id' = b.id::text
      AND a.after ->> 'batch_id' = b.id::text
    GROUP BY 1 ORDER BY 1
$$;
REVOKE EXECUTE ON FUNCTION grid.merged_of(integer), grid.touched_since(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.merged_of(integer), grid.touched_since(integer) TO grid_load;

-- Which batch changed which row is for those who see all; what stood in it, secrets and all, nobody reads through the
-- application. What a batch found is kept by triggers, and goes when it is put back.
CREATE POLICY area ON grid.undo_row FOR SELECT TO grid_app USING ((SELECT grid.sees_all()));
GRANT SELECT (batch_id, table_name, row_key, was_batch) ON grid.undo_row TO grid_app;
CREATE POLICY loads ON grid.undo_row TO grid_load USING (true);
GRANT SELECT, DELETE ON grid.undo_row TO grid_load;
