-- Two entries of one subject made one, and apart again. The functions run as their owner, because no account may move
-- facts between subjects in any other way; each asks first who is calling.

-- Nothing when the caller may merge, else the refusal.
CREATE OR REPLACE FUNCTION grid.ask_for_merging() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- a SECURITY DEFINER function has its owner as current_user: the caller is who connected, or the role it took on
    IF coalesce(nullif(current_setting('role'), 'none'), session_user) IN ('grid_app', 'grid_all')
       AND NOT grid.may_everywhere('check_grid') THEN
        RAISE EXCEPTION 'not_yours' USING ERRCODE = 'GM001', DETAIL = '{}';
    END IF;
END $$;

-- All there is to know of a subject itself, exactly: geometry as bytes, never as rounded degrees.
CREATE OR REPLACE FUNCTION grid.subject_image(of_subject text) RETURNS jsonb LANGUAGE sql STABLE AS $$
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
CREATE OR REPLACE FUNCTION grid.merge_refusal(keep text, gone text, on_day date) RETURNS TABLE (key text, detail jsonb)
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

-- SQL of what tells the rows of one subject apart: the primary key without the subject, as JSON.
CREATE OR REPLACE FUNCTION grid.key_within_subject(rel regclass) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT CASE count(*) WHEN 1 THEN format('to_jsonb(%s)', min(quote_ident(attname)))
                         ELSE 'jsonb_build_array(' || string_agg(quote_ident(attname), ', ' ORDER BY place) || ')' END
    FROM pg_index CROSS JOIN LATERAL unnest(indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
    JOIN pg_attribute AS a ON a.attrelid = indrelid AND a.attnum = k.attnum
    WHERE indrelid = rel AND indisprimary AND attname <> 'subject_id'
$$;

-- ``gone`` becomes part of ``keep``: its facts (visits, findings, samples …), posts and frozen chains move, what ``keep`` lacks is
-- filled in, and ``gone`` is off the roster from its first day. Gives the number by which it is undone.
CREATE OR REPLACE FUNCTION grid.merge_subjects(keep text, gone text, on_day date, why text) RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    refusal record;
    k grid.subject;
    g grid.subject;
    was jsonb;
    moved jsonb := '{}';
    keys jsonb;
    fact record;
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

    FOR fact IN SELECT f.table_name, format('grid.%I', f.table_name)::regclass AS rel FROM grid.fact_table AS f
                WHERE f.on_merge = 'moves' ORDER BY f.table_name LOOP
        BEGIN
            EXECUTE format('WITH gone AS (UPDATE %s SET subject_id = $1 WHERE subject_id = $2 RETURNING %s AS no)
                            SELECT coalesce(jsonb_agg(no ORDER BY no), ''[]'') FROM gone',
                           fact.rel, grid.key_within_subject(fact.rel)) INTO keys USING keep, gone;
        EXCEPTION WHEN unique_violation OR exclusion_violation THEN
            RAISE EXCEPTION 'facts_collide' USING ERRCODE = 'GM001',
                DETAIL = jsonb_build_object('table', fact.table_name)::text;
        END;
        moved := moved || jsonb_build_object(fact.table_name, keys);
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

REVOKE EXECUTE ON FUNCTION grid.merge_subjects(text, text, date, text), grid.subject_image(text),
    grid.merge_refusal(text, text, date), grid.ask_for_merging(), grid.key_within_subject(regclass) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.merge_subjects(text, text, date, text) TO grid_app;
