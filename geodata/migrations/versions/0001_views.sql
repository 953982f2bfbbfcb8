-- The grid as of a day: one place where "in force" is said.

CREATE FUNCTION grid.unit_on(as_of date) RETURNS SETOF grid.unit_version LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM grid.unit_version WHERE valid @> as_of
$$;

CREATE FUNCTION grid.post_on(as_of date) RETURNS SETOF grid.post LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM grid.post WHERE valid @> as_of
$$;

-- The newest value of each (key, scope) on a day.
CREATE FUNCTION grid.rule_on(as_of date) RETURNS SETOF grid.rule LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT ON (key, scope) * FROM grid.rule WHERE from_on <= as_of ORDER BY key, scope, from_on DESC
$$;

-- The roster on a day with the status and risk of that day; closed and deregistered subjects have left it (domain §11.3).
CREATE FUNCTION grid.roster_on(as_of date)
RETURNS TABLE (subject_id text, name text, village_code text, kinds text[], sectors text[], entry_on date,
               status text, status_from date, risk text, point geometry)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT s.subject_id, s.name, s.village_code, s.kinds, s.sectors, s.entry_on,
           coalesce(t.status, 'active'), t.from_on, r.risk, s.point
    FROM grid.subject AS s
    LEFT JOIN LATERAL (SELECT status, from_on FROM grid.subject_status AS c
                       WHERE c.subject_id = s.subject_id AND c.from_on <= as_of
                       ORDER BY c.from_on DESC LIMIT 1) AS t ON true
    LEFT JOIN LATERAL (SELECT risk FROM grid.subject_risk AS c
                       WHERE c.subject_id = s.subject_id AND c.from_on <= as_of
                       ORDER BY c.from_on DESC LIMIT 1) AS r ON true
    -- IS DISTINCT FROM, not NOT IN: the planner rightly expects nearly all rows to pass and picks hash joins
    WHERE s.entry_on <= as_of AND t.status IS DISTINCT FROM 'closed' AND t.status IS DISTINCT FROM 'deregistered'
$$;

-- What happened at a subject keeps the chain of its day (design: responsibility as of any date). Frozen when recorded:
-- a later correction of posts does not rewrite who answered.
CREATE FUNCTION grid.freeze_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($q$
        WITH day AS (
            SELECT DISTINCT f.subject_id, f.%1$I AS on_date, s.village_code
            FROM fresh AS f JOIN grid.subject AS s USING (subject_id)
        ), place AS (
            SELECT d.*, v.parent_code AS town_code, t.parent_code AS district_code FROM day AS d
            LEFT JOIN grid.unit_version AS v ON v.code = d.village_code AND v.valid @> d.on_date
            LEFT JOIN grid.unit_version AS t ON t.code = v.parent_code AND t.valid @> d.on_date
        ), held AS (
            SELECT subject_id, on_date, 'u:' || district_code AS place, 1 AS level FROM place
            UNION ALL SELECT subject_id, on_date, 'u:' || town_code, 2 FROM place
            UNION ALL SELECT subject_id, on_date, 'u:' || village_code, 3 FROM place
            UNION ALL SELECT subject_id, on_date, 's:' || subject_id, 4 FROM place
        ), person AS (
            SELECT h.subject_id, h.on_date,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.level = 1) AS district,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.level = 2) AS town,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.level = 3) AS village,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.level = 4) AS subject
            FROM held AS h JOIN grid.post AS p ON p.place = h.place AND p.valid @> h.on_date
            GROUP BY h.subject_id, h.on_date
        )
        INSERT INTO grid.chain_record
            (subject_id, on_date, village_code, district_people, town_people, village_people, subject_people)
        SELECT d.subject_id, d.on_date, d.village_code, coalesce(p.district, '{}'), coalesce(p.town, '{}'),
               coalesce(p.village, '{}'), coalesce(p.subject, '{}')
        FROM day AS d LEFT JOIN person AS p USING (subject_id, on_date)
        ON CONFLICT DO NOTHING $q$, TG_ARGV[0]);
    RETURN NULL;
END $$;
CREATE TRIGGER freeze_chain AFTER INSERT ON grid.visit REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.freeze_chain('visited_on');
CREATE TRIGGER freeze_chain AFTER INSERT ON grid.sample REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.freeze_chain('sampled_on');

-- The data's version for caches and ETags: one row of grid.revision per writing transaction.
CREATE FUNCTION grid.note_revision() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO grid.revision DEFAULT VALUES ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['unit', 'unit_version', 'person', 'post', 'training', 'subject', 'subject_status',
                             'subject_risk', 'visit', 'finding', 'sample', 'result', 'rule', 'banned_substance'] LOOP
        EXECUTE format('CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.%I
                        FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision()', t);
    END LOOP;
END $$;
