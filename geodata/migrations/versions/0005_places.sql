-- A subject's village on a day: where it stands now, unless a reorganisation has moved it since.

CREATE FUNCTION grid.village_on(subject text, now_in text, as_of date) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT f.village_code FROM grid.former_village AS f
                     WHERE f.subject_id = subject AND f.valid @> as_of), now_in)
$$;

CREATE OR REPLACE FUNCTION grid.roster_on(as_of date)
RETURNS TABLE (subject_id text, name text, village_code text, kinds text[], sectors text[], entry_on date,
               status text, status_from date, risk text, point geometry)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT s.subject_id, s.name, coalesce(f.village_code, s.village_code), s.kinds, s.sectors, s.entry_on,
           coalesce(t.status, 'active'), t.from_on, r.risk, s.point
    FROM grid.subject AS s
    LEFT JOIN grid.former_village AS f ON f.subject_id = s.subject_id AND f.valid @> as_of
    LEFT JOIN LATERAL (SELECT status, from_on FROM grid.subject_status AS c
                       WHERE c.subject_id = s.subject_id AND c.from_on <= as_of
                       ORDER BY c.from_on DESC LIMIT 1) AS t ON true
    LEFT JOIN LATERAL (SELECT risk FROM grid.subject_risk AS c
                       WHERE c.subject_id = s.subject_id AND c.from_on <= as_of
                       ORDER BY c.from_on DESC LIMIT 1) AS r ON true
    -- IS DISTINCT FROM, not NOT IN: the planner rightly expects nearly all rows to pass and picks hash joins
    WHERE s.entry_on <= as_of AND t.status IS DISTINCT FROM 'closed' AND t.status IS DISTINCT FROM 'deregistered'
$$;

-- As before, but a visit recorded after a reorganisation falls under the tree of its own day, and the chain of the day
-- knows the load that brought it.
CREATE OR REPLACE FUNCTION grid.freeze_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    EXECUTE format($q$
        WITH day AS (
            SELECT f.subject_id, f.%1$I AS on_date, min(f.batch_id) AS batch_id,
                   coalesce(min(m.village_code), min(s.village_code)) AS village_code
            FROM fresh AS f JOIN grid.subject AS s USING (subject_id)
            LEFT JOIN grid.former_village AS m ON m.subject_id = f.subject_id AND m.valid @> f.%1$I
            GROUP BY f.subject_id, f.%1$I
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
            (subject_id, on_date, village_code, district_people, town_people, village_people, subject_people, batch_id)
        SELECT d.subject_id, d.on_date, d.village_code, coalesce(p.district, '{}'), coalesce(p.town, '{}'),
               coalesce(p.village, '{}'), coalesce(p.subject, '{}'), d.batch_id
        FROM day AS d LEFT JOIN person AS p USING (subject_id, on_date)
        ON CONFLICT DO NOTHING $q$, TG_ARGV[0]);
    RETURN NULL;
END $$;
