-- What somebody has seen: hints that were closed, notices up to a moment; and which batches arrived, for whoever may see
-- that something did. What of a batch is in the own area is then asked by row security, table by table.

CREATE OR REPLACE FUNCTION grid.close_hint(hint text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.seen_hint (login, hint_key)
    SELECT a.login, hint FROM grid.account AS a WHERE a.login = grid.acting()
    ON CONFLICT ON CONSTRAINT pk_seen_hint DO NOTHING RETURNING true
$$;
-- Read up to a moment, never one to come; what was read once stays read.
CREATE OR REPLACE FUNCTION grid.see_notices(until timestamptz) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.seen_notices AS s (login, seen_until_at)
    SELECT a.login, least(until, clock_timestamp()) FROM grid.account AS a WHERE a.login = grid.acting()
    ON CONFLICT ON CONSTRAINT pk_seen_notices DO UPDATE SET seen_until_at = greatest(s.seen_until_at, excluded.seen_until_at)
    RETURNING true
$$;
-- Up to when whoever is asking has read: what was there before the account is no news to it, nor what is older than the list.
CREATE OR REPLACE FUNCTION grid.seen_until(kept_days integer) RETURNS timestamptz
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT greatest(coalesce(s.seen_until_at, a.created_at), (grid.today() - kept_days)::timestamp AT TIME ZONE grid.time_zone())
    FROM grid.account AS a LEFT JOIN grid.seen_notices AS s USING (login) WHERE a.login = grid.acting()
$$;
-- The batches that arrived after a moment and stand, those of whoever is asking left out: number, kind, when, and whether a
-- file brought it. No file's name: it may tell of another area.
CREATE OR REPLACE FUNCTION grid.batches_since(since timestamptz)
RETURNS TABLE (batch_id integer, kind text, loaded_at timestamptz, is_file boolean)
LANGUAGE sql STABLE ROWS 20 SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT b.id, b.kind, coalesce(b.closed_at, b.loaded_at), b.file_name <> '' FROM grid.load_batch AS b
    WHERE grid.my_person() IS NOT NULL AND coalesce(b.closed_at, b.loaded_at) > since AND b.loaded_at > since - interval '1 day'
      AND b.undone_at IS NULL AND b.loaded_by IS DISTINCT FROM grid.acting()
$$;
-- Posts that were ended after a moment by somebody else, or by themselves, each with the moment from which it is known.
CREATE OR REPLACE FUNCTION grid.posts_ended_since(since timestamptz) RETURNS TABLE (post_no text, known_at timestamptz)
LANGUAGE sql STABLE ROWS 20 SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.post_no, max(greatest(day.begins_at, a.at))
    FROM grid.post AS p CROSS JOIN LATERAL (SELECT upper(p.valid)::timestamp AT TIME ZONE grid.time_zone() AS begins_at) AS day
    LEFT JOIN grid.audit AS a ON a.table_name = 'post' AND a.row_key = p.post_no AND a.at > since AND a.action = 'update'
         AND a.before ->> 'valid' IS DISTINCT FROM a.after ->> 'valid'
    WHERE grid.my_person() IS NOT NULL AND upper(p.valid) <= grid.today() AND (a.login IS NULL OR a.login <> grid.acting())
      AND greatest(day.begins_at, a.at) > since
    GROUP BY p.post_no
$$;
REVOKE EXECUTE ON FUNCTION grid.close_hint(text), grid.see_notices(timestamptz), grid.seen_until(integer),
    grid.batches_since(timestamptz), grid.posts_ended_since(timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.close_hint(text), grid.see_notices(timestamptz) TO grid_app;
GRANT EXECUTE ON FUNCTION grid.seen_until(integer), grid.batches_since(timestamptz), grid.posts_ended_since(timestamptz)
    TO grid_app, grid_all;
