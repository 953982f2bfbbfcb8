-- What happened at a subject keeps the chain of its day (design: responsibility as of any date). Frozen when recorded: a
-- later correction of posts does not rewrite who answered. A visit recorded after a reorganisation falls under the tree of
-- its own day, and the chain of the day knows the load that brought it.

CREATE OR REPLACE FUNCTION grid.freeze_chain() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    EXECUTE format($q$
        WITH RECURSIVE day AS (
            SELECT f.subject_id, f.%1$I AS on_date, min(f.batch_id) AS batch_id,
                   coalesce(min(m.village_code), min(s.village_code)) AS village_code
            FROM fresh AS f JOIN grid.subject AS s USING (subject_id)
            LEFT JOIN grid.former_village AS m ON m.subject_id = f.subject_id AND m.valid @> f.%1$I
            GROUP BY f.subject_id, f.%1$I
        ), up AS (
            SELECT p.village_code, p.on_date, p.village_code AS code, 'village' AS level, v.parent_code
            FROM (SELECT DISTINCT village_code, on_date FROM day) AS p
            LEFT JOIN grid.unit_version AS v ON v.code = p.village_code AND v.valid @> p.on_date
            UNION ALL
            SELECT up.village_code, up.on_date, v.code, v.level, v.parent_code
            FROM up JOIN grid.unit_version AS v ON v.code = up.parent_code AND v.valid @> up.on_date
        ), held AS (
            SELECT d.subject_id, d.on_date, 'u:' || up.code AS place, t.tier FROM day AS d
            JOIN up ON up.village_code = d.village_code AND up.on_date = d.on_date
            JOIN (SELECT DISTINCT tier, level, valid FROM grid.role_level WHERE is_answering) AS t
              ON t.level = up.level AND t.valid @> up.on_date
            UNION ALL SELECT subject_id, on_date, 's:' || subject_id, 'responsible' FROM day
        ), person AS (
            -- who else holds a post at the level of a tier stands with it: testers, and those of the office
            SELECT h.subject_id, h.on_date,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.tier = 'leading') AS leading,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.tier = 'supervising') AS supervising,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.tier = 'assisting') AS assisting,
                   array_agg(DISTINCT p.person_no) FILTER (WHERE h.tier = 'responsible') AS responsible
            FROM held AS h JOIN grid.post AS p ON p.place = h.place AND p.valid @> h.on_date
            WHERE EXISTS (SELECT FROM grid.role_level AS r WHERE r.role = p.role AND r.tier = h.tier)
            GROUP BY h.subject_id, h.on_date
        )
        INSERT INTO grid.chain_record
            (subject_id, on_date, village_code, district_people, town_people, village_people, subject_people, batch_id)
        SELECT d.subject_id, d.on_date, d.village_code, coalesce(p.leading, '{}'),
               coalesce(p.supervising, '{}'), coalesce(p.assisting, '{}'), coalesce(p.responsible, '{}'), d.batch_id
        FROM day AS d LEFT JOIN person AS p USING (subject_id, on_date)
        ON CONFLICT DO NOTHING $q$, TG_ARGV[0]);
    RETURN NULL;
END $$;
