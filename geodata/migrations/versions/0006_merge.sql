-- Two entries of one subject made one, and apart again. The functions run as their owner, because no account may move
-- facts between subjects in any other way; each asks first who is calling.

-- As before, and a change that a merge makes or takes back is known by its number (the setting grid.merge).
CREATE OR REPLACE FUNCTION grid.note_change() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    hidden CONSTANT text[] := ARRAY['password_hash', 'private_mobile', 'id_hash', 'geom', 'source_geom'];
    old_row jsonb := CASE WHEN TG_OP <> 'INSERT' THEN to_jsonb(OLD) - hidden END;
    new_row jsonb := CASE WHEN TG_OP <> 'DELETE' THEN to_jsonb(NEW) - hidden END;
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key, before, after, merge_no)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), lower(TG_OP),
            TG_TABLE_NAME, coalesce(new_row, old_row) ->> TG_ARGV[0], old_row, new_row,
            nullif(current_setting('grid.merge', true), '')::integer);
    RETURN NULL;
END $$;

-- Nothing when the caller may merge, else the refusal.
CREATE FUNCTION grid.ask_for_merging() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- a SECURITY DEFINER function has its owner as current_user: the caller is who connected, or the role it took on
    IF coalesce(nullif(current_setting('role'), 'none'), session_user) IN ('grid_app', 'grid_all')
       AND NOT grid.holds('section_head', 'data_steward') THEN
        RAISE EXCEPTION 'not_yours' USING ERRCODE = 'GM001', DETAIL = '{}';
    END IF;
END $$;

-- All there is to know of a subject itself, exactly: geometry as bytes, never as rounded degrees.
CREATE FUNCTION grid.subject_image(of_subject text) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'subject', to_jsonb(s) || jsonb_build_object('point', s.point::text),
        'statuses', (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.from_on), '[]') FROM grid.subject_status AS c
                     WHERE c.subject_id = s.subject_id),
        'risks', (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.from_on), '[]') FROM grid.subject_risk AS c
                  WHERE c.subject_id = s.subject_id),
        'posts', (SELECT coalesce(jsonb_agg(to_jsonb(c) ORDER BY c.post_no), '[]') FROM grid.post AS c
                  WHERE c.subject_id = s.subject_id))
    FROM grid.subject AS s WHERE s.subject_id = of_subject
$$;

-- The first reason why the two cannot be one; no row when they can.
CREATE FUNCTION grid.merge_refusal(keep text, gone text, on_day date) RETURNS TABLE (key text, detail jsonb)
LANGUAGE sql STABLE AS $$
    SELECT r.key, r.detail FROM (
        SELECT 1 AS n, 'same' AS key, '{}'::jsonb AS detail WHERE keep = gone
        UNION ALL
        SELECT 2, 'unknown', jsonb_build_object('subject', given.id) FROM unnest(ARRAY[keep, gone]) AS given (id)
        WHERE NOT EXISTS (SELECT FROM grid.subject AS s WHERE s.subject_id = given.id)
        UNION ALL
        SELECT 3, 'merged_already', jsonb_build_object('subject', m.dropped_id, 'kept', m.kept_id, 'merge', m.merge_no)
        FROM grid.subject_merge AS m WHERE m.undone_at IS NULL AND m.dropped_id IN (keep, gone)
        UNION ALL
        SELECT 4, 'before_entry', jsonb_build_object('day', s.entry_on, 'subject', s.subject_id) FROM grid.subject AS s
        WHERE s.subject_id IN (keep, gone) AND s.entry_on > on_day
        UNION ALL
        SELECT 5, 'two_usccs', jsonb_build_object('one', k.uscc, 'other', g.uscc)
        FROM grid.subject AS k, grid.subject AS g
        WHERE k.subject_id = keep AND g.subject_id = gone AND k.uscc <> g.uscc
        UNION ALL
        SELECT 6, 'two_identities', jsonb_build_object('one', k.id_tail, 'other', g.id_tail)
        FROM grid.subject AS k, grid.subject AS g
        WHERE k.subject_id = keep AND g.subject_id = gone AND k.id_hash <> g.id_hash
        UNION ALL
        SELECT 7, 'two_people', jsonb_build_object('one', k.person_no, 'other', g.person_no,
                                                   'day', lower(k.valid * g.valid))
        FROM grid.post AS k JOIN grid.post AS g ON g.subject_id = gone AND g.role = k.role AND g.valid && k.valid
        WHERE k.subject_id = keep AND k.role = 'responsible_person' AND k.person_no <> g.person_no
          AND k.acting_for IS NULL AND g.acting_for IS NULL
        UNION ALL
        -- who answered is frozen on the day: where both were seen on one day, both must say the same
        SELECT 8, 'two_chains', jsonb_build_object('day', k.on_date)
        FROM grid.chain_record AS k JOIN grid.chain_record AS g ON g.subject_id = gone AND g.on_date = k.on_date
        WHERE k.subject_id = keep
          AND (k.village_code, k.district_people, k.town_people, k.village_people, k.subject_people)
              IS DISTINCT FROM (g.village_code, g.district_people, g.town_people, g.village_people, g.subject_people)
    ) AS r ORDER BY r.n, r.detail LIMIT 1
$$;

-- ``gone`` becomes part of ``keep``: its visits, findings, samples, posts and frozen chains move, what ``keep`` lacks is
-- filled in, and ``gone`` is off the roster from its first day. Gives the number by which it is undone.
CREATE FUNCTION grid.merge_subjects(keep text, gone text, on_day date, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    refusal record;
    k grid.subject;
    g grid.subject;
    was jsonb;
    moved jsonb := '{}';
    keys jsonb;
    fact text[];
    number integer;
BEGIN
    PERFORM grid.ask_for_merging();
    -- the same two rows in the same order, whoever comes: two merges at once wait for each other
    PERFORM FROM grid.subject WHERE subject_id IN (keep, gone) ORDER BY subject_id FOR UPDATE;
    SELECT * INTO refusal FROM grid.merge_refusal(keep, gone, on_day);
    IF FOUND THEN
        RAISE EXCEPTION '%', refusal.key USING ERRCODE = 'GM001', DETAIL = refusal.detail::text;
    END IF;
    SELECT * INTO k FROM grid.subject WHERE subject_id = keep;
    SELECT * INTO g FROM grid.subject WHERE subject_id = gone;
    was := jsonb_build_object('kept', grid.subject_image(keep), 'dropped', grid.subject_image(gone));
    number := nextval(pg_get_serial_sequence('grid.subject_merge', 'merge_no'));
    PERFORM set_config('grid.merge', number::text, true);

    FOREACH fact SLICE 1 IN ARRAY ARRAY[['visit', 'visit_no'], ['finding', 'finding_no'], ['sample', 'sample_no']] LOOP
        EXECUTE format('WITH gone AS (UPDATE grid.%I SET subject_id = $1 WHERE subject_id = $2 RETURNING %2$I AS no)
                        SELECT coalesce(jsonb_agg(no ORDER BY no), ''[]'') FROM gone', fact[1], fact[2])
            INTO keys USING keep, gone;
        moved := moved || jsonb_build_object(fact[1], keys);
    END LOOP;
    WITH same_day AS (
        DELETE FROM grid.chain_record AS c WHERE c.subject_id = gone
          AND EXISTS (SELECT FROM grid.chain_record AS o WHERE o.subject_id = keep AND o.on_date = c.on_date)
        RETURNING c.*)
    SELECT coalesce(jsonb_agg(to_jsonb(s) ORDER BY s.on_date), '[]') INTO keys FROM same_day AS s;
    moved := moved || jsonb_build_object('chain_twice', keys);
    WITH gone_chain AS (
        UPDATE grid.chain_record SET subject_id = keep WHERE subject_id = gone RETURNING on_date)
    SELECT coalesce(jsonb_agg(on_date ORDER BY on_date), '[]') INTO keys FROM gone_chain;
    moved := moved || jsonb_build_object('chain_record', keys);

    -- the tree of days before the kept entry began: the other one knows in which village it stood under it
    WITH older AS (
        INSERT INTO grid.former_village (subject_id, valid, village_code, batch_id)
        SELECT keep, f.valid, f.village_code, f.batch_id FROM grid.former_village AS f
        WHERE f.subject_id = gone AND upper(f.valid) <= k.entry_on
          AND NOT EXISTS (SELECT FROM grid.former_village AS o WHERE o.subject_id = keep AND o.valid && f.valid)
        RETURNING valid)
    SELECT coalesce(jsonb_agg(valid ORDER BY valid), '[]') INTO keys FROM older;
    moved := moved || jsonb_build_object('former_village', keys);

    -- one person who stands in both entries has one post, as long as both together
    BEGIN
        WITH both_held AS (
            SELECT one.post_no, range_merge(range_agg(other.valid)) AS valid
            FROM grid.post AS one JOIN grid.post AS other
                 ON other.subject_id = gone AND other.person_no = one.person_no AND other.role = one.role
                AND other.valid && one.valid
            WHERE one.subject_id = keep GROUP BY one.post_no)
        UPDATE grid.post AS p SET valid = range_merge(p.valid, b.valid) FROM both_held AS b
        WHERE p.post_no = b.post_no AND NOT p.valid @> b.valid;
        UPDATE grid.post AS p SET subject_id = keep WHERE p.subject_id = gone
          AND NOT EXISTS (SELECT FROM grid.post AS o WHERE o.subject_id = keep AND o.person_no = p.person_no
                          AND o.role = p.role AND o.valid && p.valid);
    EXCEPTION WHEN exclusion_violation THEN
        RAISE EXCEPTION 'posts_collide' USING ERRCODE = 'GM001', DETAIL = '{}';
    END;

    UPDATE grid.subject SET uscc = CASE WHEN k.uscc IS NULL THEN NULL ELSE uscc END,
        id_hash = CASE WHEN k.id_hash IS NULL THEN NULL ELSE id_hash END,
        id_tail = CASE WHEN k.id_hash IS NULL THEN NULL ELSE id_tail END
    WHERE subject_id = gone;
    UPDATE grid.subject SET
        uscc = coalesce(k.uscc, g.uscc),
        id_hash = coalesce(k.id_hash, g.id_hash), id_tail = coalesce(k.id_tail, g.id_tail),
        kinds = k.kinds || ARRAY(SELECT w FROM unnest(g.kinds) WITH ORDINALITY AS t (w, n)
                                 WHERE w <> ALL (k.kinds) ORDER BY n),
        sectors = k.sectors || ARRAY(SELECT w FROM unnest(g.sectors) WITH ORDINALITY AS t (w, n)
                                     WHERE w <> ALL (k.sectors) ORDER BY n),
        products = coalesce(k.products, g.products), address = coalesce(k.address, g.address),
        office_phone = coalesce(k.office_phone, g.office_phone),
        point = coalesce(k.point, g.point),
        source_datum = CASE WHEN k.point IS NULL THEN g.source_datum ELSE k.source_datum END,
        source_x = CASE WHEN k.point IS NULL THEN g.source_x ELSE k.source_x END,
        source_y = CASE WHEN k.point IS NULL THEN g.source_y ELSE k.source_y END,
        entry_on = least(k.entry_on, g.entry_on),
        commitment_on = least(k.commitment_on, g.commitment_on), platform_on = least(k.platform_on, g.platform_on)
    WHERE subject_id = keep;
    -- Off the roster on every day, since it never was a second subject; said again on the day of the merge, so that the
    -- old roster, loaded once more, does not bring it back.
    DELETE FROM grid.subject_status WHERE subject_id = gone;
    INSERT INTO grid.subject_status (subject_id, from_on, status, reason, batch_id)
    SELECT gone, d.day, 'deregistered', why, g.batch_id
    FROM (SELECT g.entry_on AS day UNION SELECT on_day) AS d;

    PERFORM set_config('grid.merge', '', true);
    INSERT INTO grid.subject_merge (merge_no, kept_id, dropped_id, merged_on, before, after, moved)
    OVERRIDING SYSTEM VALUE
    VALUES (number, keep, gone, on_day, was,
            jsonb_build_object('kept', grid.subject_image(keep), 'dropped', grid.subject_image(gone)), moved);
    PERFORM grid.note('merge', gone, jsonb_build_object('kept', keep, 'merge', number));
    RETURN number;
END $$;

-- What a merge made of a row and is no longer so; columns it left alone may have changed since.
CREATE FUNCTION grid.changed_since(before jsonb, after jsonb, now_is jsonb) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$
    SELECT now_is IS NULL OR EXISTS (
        SELECT FROM jsonb_each(after) AS made (key, value)
        WHERE made.value IS DISTINCT FROM before -> made.key AND now_is -> made.key IS DISTINCT FROM made.value)
$$;

-- Puts back exactly what the merge changed; refused as soon as any of it has changed since.
CREATE FUNCTION grid.undo_merge(number integer) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    m grid.subject_merge;
    who text;
    fact text[];
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
        FOREACH fact SLICE 1 IN ARRAY ARRAY[['visit', 'visit_no', 'text'], ['finding', 'finding_no', 'text'],
                                            ['sample', 'sample_no', 'text'], ['chain_record', 'on_date', 'date']] LOOP
            EXECUTE format('UPDATE grid.%I SET subject_id = $1 WHERE subject_id = $2
                            AND %I IN (SELECT no::%s FROM jsonb_array_elements_text($3) AS no)', fact[1], fact[2], fact[3])
                USING m.dropped_id, m.kept_id, m.moved -> fact[1];
            GET DIAGNOSTICS count_of = ROW_COUNT;
            IF count_of <> jsonb_array_length(m.moved -> fact[1]) THEN
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

REVOKE EXECUTE ON FUNCTION grid.merge_subjects(text, text, date, text), grid.undo_merge(integer),
    grid.subject_image(text), grid.merge_refusal(text, text, date), grid.ask_for_merging(),
    grid.changed_since(jsonb, jsonb, jsonb) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.merge_subjects(text, text, date, text), grid.undo_merge(integer) TO grid_app;
