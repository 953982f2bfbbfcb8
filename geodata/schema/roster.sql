-- Subjects on a day: the village, the status and the risk of that day.

-- A subject's village on a day: where it stands now, unless a reorganisation has moved it since.
CREATE OR REPLACE FUNCTION grid.village_on(subject text, now_in text, as_of date) RETURNS text
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce((SELECT f.village_code FROM grid.former_village AS f
                     WHERE f.subject_id = subject AND f.valid @> as_of), now_in)
$$;

-- The roster on a day with the status and risk of that day; closed and deregistered subjects have left it (domain §11.3).
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
