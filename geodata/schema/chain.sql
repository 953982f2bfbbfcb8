-- What happened at a subject keeps the chain of its day (design: responsibility as of any date). Frozen when recorded: a
-- later correction of posts does not rewrite who answered. A visit recorded after a reorganisation falls under the tree of
-- its own day, and the chain of the day knows the load that brought it.

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
