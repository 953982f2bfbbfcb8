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
    WHERE s.entry_on <= as_of AND coalesce(t.status, 'active') NOT IN ('closed', 'deregistered')
$$;

CREATE FUNCTION grid.people_on(at_place text, as_of date) RETURNS text[] LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(array_agg(DISTINCT person_no ORDER BY person_no), '{}')
    FROM grid.post WHERE place = at_place AND valid @> as_of
$$;

-- What happened at a subject keeps the chain of its day (design: responsibility as of any date). Frozen when recorded:
-- a later correction of posts does not rewrite who answered.
CREATE FUNCTION grid.freeze_chain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format($q$
        INSERT INTO grid.chain_record (subject_id, on_date, village_code, district_people, town_people, village_people, subject_people)
        SELECT d.subject_id, d.on_date, s.village_code,
               grid.people_on('u:' || t.parent_code, d.on_date), grid.people_on('u:' || v.parent_code, d.on_date),
               grid.people_on('u:' || s.village_code, d.on_date), grid.people_on('s:' || d.subject_id, d.on_date)
        FROM (SELECT DISTINCT subject_id, %I AS on_date FROM fresh) AS d
        JOIN grid.subject AS s USING (subject_id)
        LEFT JOIN grid.unit_version AS v ON v.code = s.village_code AND v.valid @> d.on_date
        LEFT JOIN grid.unit_version AS t ON t.code = v.parent_code AND t.valid @> d.on_date
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
