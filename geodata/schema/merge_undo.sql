-- A merge of subjects taken back.

-- What a merge made of a row and is no longer so; columns it left alone may have changed since.
CREATE OR REPLACE FUNCTION grid.changed_since(before jsonb, after jsonb, now_is jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT now_is IS NULL OR EXISTS (
        SELECT FROM jsonb_each(after) AS made (key, value)
        WHERE made.value IS DISTINCT FROM before -> made.key AND now_is -> made.key IS DISTINCT FROM made.value)
$$;

-- Puts back exactly what the merge changed; refused as soon as any of it has changed since.
CREATE OR REPLACE FUNCTION grid.undo_merge(number integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    m grid.subject_merge;
    who text;
    fact record;
    was jsonb;
    made jsonb;
    now_is jsonb;
    count_of bigint;
BEGIN
    PERFORM grid.ask_for_merging();
    SELECT * INTO m FROM grid.subject_merge WHERE merge_no = number FOR UPDATE;
    IF NOT FOUND THEN
        RAISE EXCEPTION 'no_such_merge' USING ERRCODE = 'GM001', DETAIL = jsonb_build_object('merge', number)::text;
    ELSIF m.undone_at IS NOT NULL THEN
        RAISE EXCEPTION 'undone_already' USING ERRCODE = 'GM001', DETAIL = jsonb_build_object('merge', number)::text;
    END IF;
    PERFORM FROM grid.subject WHERE subject_id IN (m.kept_id, m.dropped_id) ORDER BY subject_id FOR UPDATE;
    IF grid.subject_image(m.dropped_id) -> 'statuses' IS DISTINCT FROM m.after -> 'dropped' -> 'statuses' THEN
        RAISE EXCEPTION 'changed_since' USING ERRCODE = 'GM001',
            DETAIL = jsonb_build_object('merge', number, 'subject', m.dropped_id)::text;
    END IF;
    PERFORM set_config('grid.merge', number::text, true);

    BEGIN
        -- what was registered after the merge had no rows to move
        FOR fact IN SELECT f.table_name, format('grid.%I', f.table_name)::regclass AS rel FROM grid.fact_table AS f
                    WHERE (f.on_merge = 'moves' OR f.table_name = 'chain_record') AND m.moved ? f.table_name LOOP
            EXECUTE format('UPDATE %s SET subject_id = $1 WHERE subject_id = $2
                            AND %s IN (SELECT no FROM jsonb_array_elements($3) AS no)',
                           fact.rel, grid.key_within_subject(fact.rel))
                USING m.dropped_id, m.kept_id, m.moved -> fact.table_name;
            GET DIAGNOSTICS count_of = ROW_COUNT;
            IF count_of <> jsonb_array_length(m.moved -> fact.table_name) THEN
                RAISE EXCEPTION 'changed_since' USING ERRCODE = 'GM001',
                    DETAIL = jsonb_build_object('merge', number, 'subject', m.kept_id)::text;
            END IF;
        END LOOP;
        INSERT INTO grid.chain_record
        SELECT * FROM jsonb_populate_recordset(NULL::grid.chain_record, m.moved -> 'chain_twice');
        DELETE FROM grid.former_village WHERE subject_id = m.kept_id
            AND valid IN (SELECT days::daterange FROM jsonb_array_elements_text(m.moved -> 'former_village') AS days);
        GET DIAGNOSTICS count_of = ROW_COUNT;
        IF count_of <> jsonb_array_length(m.moved -> 'former_village') THEN
            RAISE EXCEPTION 'changed_since' USING ERRCODE = 'GM001',
                DETAIL = jsonb_build_object('merge', number, 'subject', m.kept_id)::text;
        END IF;

        -- The kept subject first: its posts then overlap no more with those that go back, and it gives back the identifiers
        -- it was handed before the other takes them.
        FOREACH who IN ARRAY ARRAY['kept', 'dropped'] LOOP
            was := m.before -> who -> 'subject';
            made := m.after -> who -> 'subject';
            now_is := grid.subject_image(was ->> 'subject_id') -> 'subject';
            IF grid.changed_since(was, made, now_is) OR EXISTS (
                SELECT FROM jsonb_array_elements(m.before -> who -> 'posts') AS held (was)
                JOIN jsonb_array_elements((m.after -> 'kept' -> 'posts') || (m.after -> 'dropped' -> 'posts')) AS post (made)
                     ON post.made -> 'post_no' = held.was -> 'post_no'
                LEFT JOIN grid.post AS p ON p.post_no = held.was ->> 'post_no'
                WHERE grid.changed_since(held.was, post.made, to_jsonb(p))
            ) THEN
                RAISE EXCEPTION 'changed_since' USING ERRCODE = 'GM001',
                    DETAIL = jsonb_build_object('merge', number, 'subject', was ->> 'subject_id')::text;
            END IF;
            UPDATE grid.post AS p SET subject_id = old.subject_id, valid = old.valid
            FROM jsonb_populate_recordset(NULL::grid.post, m.before -> who -> 'posts') AS old
            JOIN jsonb_populate_recordset(NULL::grid.post, (m.after -> 'kept' -> 'posts') || (m.after -> 'dropped' -> 'posts'))
                 AS new USING (post_no)
            WHERE p.post_no = old.post_no AND (new.subject_id, new.valid) IS DISTINCT FROM (old.subject_id, old.valid);
            UPDATE grid.subject AS s SET
                uscc = old.uscc, id_hash = old.id_hash, id_tail = old.id_tail, kinds = old.kinds, sectors = old.sectors,
                products = old.products, address = old.address, office_phone = old.office_phone, point = old.point,
                source_datum = old.source_datum, source_x = old.source_x, source_y = old.source_y,
                entry_on = old.entry_on, commitment_on = old.commitment_on, platform_on = old.platform_on
            FROM jsonb_populate_record(NULL::grid.subject, now_is || coalesce((
                SELECT jsonb_object_agg(b.key, b.value) FROM jsonb_each(was) AS b (key, value)
                WHERE b.value IS DISTINCT FROM made -> b.key), '{}')) AS old
            WHERE s.subject_id = old.subject_id;
        END LOOP;
        DELETE FROM grid.subject_status WHERE subject_id = m.dropped_id;
        INSERT INTO grid.subject_status
        SELECT * FROM jsonb_populate_recordset(NULL::grid.subject_status, m.before -> 'dropped' -> 'statuses');
    EXCEPTION WHEN exclusion_violation OR unique_violation THEN
        -- what has come under the old number since stands where something would go back
        RAISE EXCEPTION 'changed_since' USING ERRCODE = 'GM001',
            DETAIL = jsonb_build_object('merge', number, 'subject', m.dropped_id)::text;
    END;

    PERFORM set_config('grid.merge', '', true);
    UPDATE grid.subject_merge SET undone_at = now(), undone_by = coalesce(grid.signed_in(), session_user)
    WHERE merge_no = number;
    PERFORM grid.note('undo_merge', m.dropped_id, jsonb_build_object('kept', m.kept_id, 'merge', number));
END $$;

REVOKE EXECUTE ON FUNCTION grid.undo_merge(integer), grid.changed_since(jsonb, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.undo_merge(integer) TO grid_app;
