-- The search: what each thing is found by, kept by triggers from what geodata/search_kinds says, and asked by one function
-- that applies the scope itself. Behind a policy neither LIKE nor the operators of arrays may use an index, because they
-- could tell of rows that are not seen; a function of the owner's may, and it names nothing outside of the own area.

-- A text as it is looked for: in one width and one case, without blanks, marks between words and signs nobody sees; of
-- nothing but those, as it is.
CREATE OR REPLACE FUNCTION grid.search_fold(said text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(nullif(regexp_replace(lower(normalize(said, NFKC)),
        '[\s\-_./\\·•,，。、:：;；''"“”‘’()\[\]【】《》\u200b-\u200f\u2060\ufeff]', '', 'g'), ''), lower(normalize(said, NFKC)))
$$;

-- An entry's forms, each after a letter that says what it is: n name, p its pinyin, i its initials; c number; a, q and j what
-- else it is found by, with pinyin and initials. By which pieces a form is found, besides its beginnings and, of names and
-- numbers, the whole: names by every sign and every two, initials by two and three, all else by three.
CREATE OR REPLACE FUNCTION grid.search_sizes(mark text) RETURNS integer[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN mark IN ('n', 'a') THEN '{1,2}' WHEN mark IN ('i', 'j') THEN '{2,3}' ELSE '{3}' END::integer[]
$$;

-- For each kind a function that makes the entries of keys anew. Written out, so that its plan is kept for the connection, and
-- without a join of what it makes on the way, so that the plan for one key is also one for a hundred thousand.
DO $make$ DECLARE k grid.search_kind; BEGIN
    FOR k IN SELECT * FROM grid.search_kind LOOP
        EXECUTE format($function$
CREATE OR REPLACE FUNCTION grid.%I(keys text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp
SET plan_cache_mode = force_generic_plan SET jit = off AS $body$
BEGIN
    -- whoever changes the same thing at the same time waits here, and then sees what the other has done
    PERFORM FROM grid.search_entry AS e WHERE e.kind = %L AND e.key = ANY (keys) ORDER BY e.key FOR UPDATE;
    WITH fresh AS MATERIALIZED (%s), gone AS (
        DELETE FROM grid.search_entry AS e WHERE e.kind = %2$L AND e.key = ANY (keys)
            AND e.key <> ALL (ARRAY(SELECT f.key FROM fresh AS f))
    )
    INSERT INTO grid.search_entry AS e (kind, key, label, forms, terms, units)
    SELECT %2$L, f.key, f.label, d.forms, t.terms, f.units FROM fresh AS f
    CROSS JOIN LATERAL (
        SELECT coalesce(array_agg(DISTINCT w.form), '{}') AS forms FROM (
            SELECT t.marks, left(grid.search_fold(t.said), 500) AS folded FROM (
                SELECT 'npi', unnest(f.names) UNION ALL SELECT 'aqj', unnest(f.also) UNION ALL SELECT 'c', unnest(f.codes)
            ) AS t (marks, said) WHERE btrim(t.said) <> ''
        ) AS s CROSS JOIN LATERAL (
            SELECT left(s.marks, 1) || s.folded
            UNION ALL SELECT unnest(ARRAY[substr(s.marks, 2, 1) || p.spelt, substr(s.marks, 3, 1) || p.initials]) FROM (
                WITH sign AS MATERIALIZED (
                    SELECT c.place, coalesce(r.readings, ARRAY[c.sign]) AS readings, r.sign IS NOT NULL AS is_read
                    FROM string_to_table(left(s.folded, 40), NULL) WITH ORDINALITY AS c (sign, place)
                    LEFT JOIN grid.search_reading AS r ON r.sign = c.sign
                ), turn AS (
                    -- the usual readings, and every other reading of one sign
                    SELECT 0::bigint AS place, 1 AS nth
                    UNION ALL SELECT place, n.nth FROM sign CROSS JOIN generate_series(2, cardinality(readings)) AS n (nth)
                )
                SELECT string_agg(c.readings[CASE c.place WHEN t.place THEN t.nth ELSE 1 END], ' ' ORDER BY c.place) AS spelt,
                       string_agg(left(c.readings[CASE c.place WHEN t.place THEN t.nth ELSE 1 END], 1), ''
                                  ORDER BY c.place) AS initials
                FROM turn AS t CROSS JOIN sign AS c GROUP BY t.place, t.nth HAVING bool_or(c.is_read)
            ) AS p WHERE s.marks <> 'c'
        ) AS w (form)
    ) AS d CROSS JOIN LATERAL (
        SELECT array_agg(t.term COLLATE "C") AS terms FROM (
            WITH b AS MATERIALIZED (
                SELECT left(w.form, 1) AS mark, CASE WHEN left(w.form, 1) IN ('p', 'q') THEN replace(substr(w.form, 2), ' ', '')
                                                     ELSE substr(w.form, 2) END AS body FROM unnest(d.forms) AS w (form))
            SELECT '#' || %2$L
            UNION ALL SELECT '^' || mark || left(body, n) FROM b CROSS JOIN generate_series(1, least(3, length(body))) AS n
            UNION ALL SELECT '=' || mark || body FROM b WHERE mark IN ('n', 'c')
            UNION ALL SELECT mark || substr(body, n, size) FROM b CROSS JOIN LATERAL unnest(grid.search_sizes(mark)) AS size
            CROSS JOIN LATERAL generate_series(1, length(body) - size + 1) AS n
        ) AS t (term)
    ) AS t
    ON CONFLICT (kind, key) DO UPDATE SET
        label = excluded.label, forms = excluded.forms, terms = excluded.terms, units = excluded.units
    WHERE (e.label, e.forms, e.units) IS DISTINCT FROM (excluded.label, excluded.forms, excluded.units);
END $body$ $function$, 'refresh_search_' || k.key, k.key, replace(k.entries, '$1', 'keys'));
        EXECUTE format('REVOKE EXECUTE ON FUNCTION grid.%I(text[]) FROM PUBLIC', 'refresh_search_' || k.key);
    END LOOP;
END $make$;

-- After a statement on a table that feeds a kind: the keys it is about, and their entries anew.
CREATE OR REPLACE FUNCTION grid.feed_search() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    keys text[];
    rows CONSTANT text := CASE TG_OP WHEN 'INSERT' THEN 'TABLE fresh' WHEN 'DELETE' THEN 'TABLE was'
                                     ELSE 'TABLE was UNION ALL TABLE fresh' END;
BEGIN
    EXECUTE format('WITH changed AS (%s) SELECT array_agg(DISTINCT k.key) FROM (%s) AS k (key) WHERE k.key IS NOT NULL',
                   rows, TG_ARGV[1]) INTO keys;
    IF keys IS NOT NULL THEN
        EXECUTE format('SELECT grid.%I($1)', 'refresh_search_' || TG_ARGV[0]) USING keys;
    END IF;
    RETURN NULL;
END $$;

DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT k.key, f.place, f.feed ->> 'table' AS table_name, f.feed ->> 'keys' AS keys, a.statement
                FROM grid.search_kind AS k
                CROSS JOIN LATERAL jsonb_array_elements(k.feeds) WITH ORDINALITY AS f (feed, place)
                CROSS JOIN LATERAL jsonb_array_elements_text(f.feed -> 'after') AS a (statement) LOOP
        EXECUTE format('CREATE TRIGGER %I AFTER %s ON grid.%I REFERENCING %s FOR EACH STATEMENT
                        EXECUTE FUNCTION grid.feed_search(%L, %L)',
                       format('feed_search_%s_%s_%s', each.key, each.place, each.statement), each.statement,
                       each.table_name, CASE each.statement WHEN 'insert' THEN 'NEW TABLE AS fresh'
                           WHEN 'delete' THEN 'OLD TABLE AS was' ELSE 'OLD TABLE AS was NEW TABLE AS fresh' END,
                       each.key, each.keys);
    END LOOP;
END $$;

-- What is wanted of a form by a text that was typed, as pieces of it; one that no entry has where it is too short for them.
CREATE OR REPLACE FUNCTION grid.search_wanted(mark text, typed text) RETURNS text[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(mark || substr(typed, n, w.size) COLLATE "C"), '{!}')
    FROM (SELECT max(s.size) AS size FROM unnest(grid.search_sizes(mark)) AS s (size)
          WHERE s.size <= length(typed) AND (mark IN ('n', 'a', 'c') OR typed ~ '^[a-z0-9]+$')) AS w
    CROSS JOIN LATERAL generate_series(1, length(typed) - w.size + 1) AS n
$$;
-- How a text is usually read, without blanks; what is no Chinese sign stays.
CREATE OR REPLACE FUNCTION grid.search_spelling(folded text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT string_agg(coalesce(r.readings[1], t.sign), '' ORDER BY t.place)
    FROM string_to_table(folded, NULL) WITH ORDINALITY AS t (sign, place) LEFT JOIN grid.search_reading AS r ON r.sign = t.sign
$$;
-- A pattern of letters that may have a blank between any two: syllables stand apart, and are typed without.
CREATE OR REPLACE FUNCTION grid.search_pattern(typed text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT string_agg(CASE WHEN s.sign ~ '[a-z0-9]' THEN s.sign ELSE '\' || s.sign END, ' ?' ORDER BY s.place)
    FROM string_to_table(typed, NULL) WITH ORDINALITY AS s (sign, place)
$$;
-- The same with one sign wrong, missing or too many at a place.
CREATE OR REPLACE FUNCTION grid.search_pattern_without(typed text, place integer) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT concat('(', grid.search_pattern(left(typed, place - 1)), ' ?.? ?', grid.search_pattern(substr(typed, place + 1)),
                  '|', grid.search_pattern(left(typed, place)), ' ?. ?', grid.search_pattern(substr(typed, place + 1)), ')')
$$;

-- What a text finds within the own area, of every kind the best ``most``, each with how many of its kind there are (at most
-- ``most`` + 1: then there are more). ``quality``: 0 the whole name or number, 1 its beginning, 2 a part; 3 what else it is
-- found by; 4 and 5 pinyin, 6 of what else; 7 and 8 initials, 9 of what else; 10 one wrong sign, looked for where nothing
-- has the right ones.
CREATE OR REPLACE FUNCTION grid.search_found(typed text, most integer)
RETURNS TABLE (kind text, key text, label text, quality integer, of_kind bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    folded CONSTANT text := grid.search_fold(typed);
    pattern CONSTANT text := grid.search_pattern(folded);
    all_seen CONSTANT boolean := grid.sees_all();
    area CONSTANT text[] := grid.my_area() || grid.my_superiors();
    marks CONSTANT text[] := CASE WHEN folded ~ '^[a-z0-9]+$' THEN '{n,c,a,p,q,i,j}' ELSE '{n,c,a}' END;
    within CONSTANT text := CASE WHEN all_seen THEN '' ELSE ' AND e.units && $5' END;
    stages text;
    quality CONSTANT text := $q$ SELECT min(CASE left(f.form, 1)
        WHEN 'a' THEN CASE WHEN strpos(substr(f.form, 2), $1) > 0 THEN 3 END
        WHEN 'p' THEN CASE WHEN f.form ~ ('^p' || $2) THEN 4 WHEN f.form ~ (' ' || $2) THEN 5 END
        WHEN 'q' THEN CASE WHEN f.form ~ ('(^q| )' || $2) THEN 6 END
        WHEN 'i' THEN CASE strpos(substr(f.form, 2), $1) WHEN 0 THEN NULL WHEN 1 THEN 7 ELSE 8 END
        WHEN 'j' THEN CASE WHEN strpos(substr(f.form, 2), $1) > 0 THEN 9 END
        ELSE CASE strpos(substr(f.form, 2), $1) WHEN 0 THEN NULL
             WHEN 1 THEN CASE WHEN length(f.form) = length($1) + 1 THEN 0 ELSE 1 END ELSE 2 END END) AS best
        FROM unnest(e.forms) AS f (form) $q$;
    stage CONSTANT text := '(SELECT e.key, e.label, r.best FROM grid.search_entry AS e CROSS JOIN LATERAL (%s) AS r
                             WHERE (%s) AND e.terms @> ARRAY[$3]%s AND r.best IS NOT NULL LIMIT $4)';
    k record;
    is_found boolean := false;
BEGIN
    IF btrim(typed) = '' OR folded = '' OR NOT (all_seen OR cardinality(area) > 0) THEN
        RETURN;
    END IF;
    -- each form by itself: of conditions joined by OR the planner would look through the whole area for
    SELECT string_agg(format(stage, quality, w.wanted, within), ' UNION ALL ' ORDER BY w.nth) INTO stages FROM (
        SELECT 0 AS nth, format('e.terms && %L::text[]', ARRAY['=n' || folded, '=c' || folded]) AS wanted
        UNION ALL SELECT p.nth, format('e.terms @> %L::text[]', p.pieces)
        FROM unnest(marks) AS m (mark) CROSS JOIN LATERAL (VALUES
            (1, ARRAY['^' || m.mark || left(folded, 3)]
                || CASE WHEN length(folded) > 3 THEN grid.search_wanted(m.mark, folded) ELSE '{}' END),
            (2, grid.search_wanted(m.mark, folded))) AS p (nth, pieces) WHERE p.pieces <> '{!}') AS w;
    FOR k IN SELECT s.key FROM grid.search_kind AS s ORDER BY s.order_no LOOP
        RETURN QUERY EXECUTE format('
            WITH hit AS (SELECT DISTINCT ON (h.key) h.key, h.label, h.best FROM (%s) AS h)
            SELECT %L, h.key, h.label, h.best, least(count(*) OVER (), $4) FROM hit AS h
            ORDER BY h.best, length(h.label), h.label, h.key LIMIT $4 - 1', stages, k.key)
            USING folded, pattern, '#' || k.key, most + 1, area;
        is_found := is_found OR FOUND;
    END LOOP;
    IF NOT is_found THEN
        RETURN QUERY SELECT * FROM grid.search_nearly(folded, most, CASE WHEN all_seen THEN NULL ELSE area END);
    END IF;
END $$;

-- One wrong sign: at each place of a short text, what has all the other pieces; of two signs and more what sounds the same.
CREATE OR REPLACE FUNCTION grid.search_nearly(folded text, most integer, area text[])
RETURNS TABLE (kind text, key text, label text, quality integer, of_kind bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    signs CONSTANT integer := length(folded);
    is_latin CONSTANT boolean := folded ~ '^[a-z0-9]+$';
    marks CONSTANT text[] := CASE WHEN is_latin THEN '{n,c,p}' ELSE '{n,c}' END;
    within CONSTANT text := CASE WHEN area IS NULL THEN '' ELSE ' AND e.units && $3' END;
    stages text;
BEGIN
    stages := (SELECT string_agg(format(
            '(SELECT e.kind, e.key, e.label FROM grid.search_entry AS e WHERE e.terms @> %L::text[]%s
              AND EXISTS (SELECT FROM unnest(e.forms) AS f (form) WHERE left(f.form, 1) = %L AND substr(f.form, 2) ~ %L) LIMIT $1)',
            w.terms, within, w.mark, w.pattern), ' UNION ')
        FROM (
            SELECT m.mark, grid.search_pattern_without(folded, p.place) AS pattern, (
                SELECT array_agg(DISTINCT t.term) FROM (
                    SELECT unnest(grid.search_wanted(m.mark, left(folded, p.place - 1)))
                    WHERE p.place - 1 >= least_size
                    UNION ALL SELECT unnest(grid.search_wanted(m.mark, substr(folded, p.place + 1)))
                    WHERE signs - p.place >= least_size) AS t (term)) AS terms
            FROM unnest(marks) AS m (mark) CROSS JOIN LATERAL (SELECT CASE m.mark WHEN 'n' THEN 1 ELSE 3 END) AS l (least_size)
            CROSS JOIN generate_series(1, signs) AS p (place) WHERE signs BETWEEN CASE WHEN is_latin THEN 4 ELSE 3 END AND 7
            UNION ALL
            -- of a longer text one half has no wrong sign
            SELECT m.mark, (SELECT string_agg(grid.search_pattern_without(folded, p.place), '|')
                            FROM generate_series(1, signs) AS p (place) WHERE (p.place > signs / 2) = h.is_left),
                   grid.search_wanted(m.mark, CASE WHEN h.is_left THEN left(folded, signs / 2)
                                                   ELSE substr(folded, signs / 2 + 1) END)
            FROM unnest(marks) AS m (mark) CROSS JOIN (VALUES (true), (false)) AS h (is_left) WHERE signs > 7
            UNION ALL
            SELECT 'p', '(^| )' || grid.search_pattern(r.spelt), grid.search_wanted('p', r.spelt)
            FROM grid.search_spelling(folded) AS r (spelt) WHERE signs >= 2 AND r.spelt <> folded
        ) AS w WHERE w.terms IS NOT NULL);
    IF stages IS NOT NULL THEN
        RETURN QUERY EXECUTE format('
            WITH hit AS (%s) SELECT h.kind, h.key, h.label, 10, least(count(*) OVER (PARTITION BY h.kind), $1)
            FROM (SELECT *, row_number() OVER (PARTITION BY kind ORDER BY length(label), label, key) AS nth FROM hit) AS h
            WHERE h.nth < $1', stages) USING most + 1, NULL::text, area;
    END IF;
END $$;

REVOKE EXECUTE ON FUNCTION grid.search_nearly(text, integer, text[]),
    grid.search_found(text, integer), grid.search_spelling(text), grid.search_sizes(text), grid.search_wanted(text, text),
    grid.search_pattern(text), grid.search_pattern_without(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.search_found(text, integer) TO grid_app, grid_all;

-- An upgrade may have changed what things are found by, and a migration rows without these triggers. The first feed of a
-- kind is the table that has its keys.
DO $$ DECLARE
    k grid.search_kind;
    keys text[];
BEGIN
    DELETE FROM grid.search_entry;
    FOR k IN SELECT * FROM grid.search_kind LOOP
        EXECUTE format('WITH changed AS (TABLE grid.%I) SELECT array_agg(DISTINCT k.key) FROM (%s) AS k (key)',
                       k.feeds -> 0 ->> 'table', k.feeds -> 0 ->> 'keys') INTO keys;
        FOR i IN 0 .. coalesce(cardinality(keys), 0) / 10000 LOOP
            EXECUTE format('SELECT grid.%I($1)', 'refresh_search_' || k.key) USING keys[i * 10000 + 1 : (i + 1) * 10000];
        END LOOP;
    END LOOP;
END $$;
