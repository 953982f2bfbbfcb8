-- Private mobiles (PIPL art 6 and 25): for the section and the supervisors of the own chain, place by place, and only to
-- whoever has asked. The asking is a line of the audit trail that stands before anything is shown: a number is given by a
-- later transaction than the one that asked, so none is seen by an asking that is taken back (DECISIONS 69).

-- Whether a person's mobile is open to whoever acts: by the posts of the login itself, whatever a transaction's settings say.
CREATE OR REPLACE FUNCTION grid.opens_mobile(of_person text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT coalesce('see_mobiles' = ANY ((grid.scope_opened(grid.acting())).wide_permissions), false)
        OR EXISTS (SELECT FROM grid.post AS held LEFT JOIN grid.subject AS s USING (subject_id)
                   WHERE held.person_no = of_person AND held.valid @> grid.today()
                     AND grid.may_at('see_mobiles', coalesce(held.unit_code, s.village_code)))
$$;

-- Asks for the mobiles of who answers for a unit or a subject today; the number of the asking, NULL where it is not open.
CREATE OR REPLACE FUNCTION grid.ask_for_mobiles(of_kind text, of_place text) RETURNS bigint
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key)
    SELECT grid.acting(), session_user, grid.asked_from(), 'mobiles_asked', place.kind, place.key
    FROM (SELECT 'unit', code, code FROM grid.unit UNION ALL SELECT 'subject', subject_id, village_code FROM grid.subject)
        AS place (kind, key, unit_code)
    WHERE place.kind = of_kind AND place.key = of_place AND grid.may_at('see_mobiles', place.unit_code)
    RETURNING id
$$;

-- What an asking of the own, minutes ago at most, was about: the mobiles of today's holders from the place up to the top.
CREATE OR REPLACE FUNCTION grid.mobiles_asked_for(asking bigint) RETURNS TABLE (person_no text, private_mobile text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE asked AS (
        SELECT a.table_name AS kind, a.row_key AS key FROM grid.audit AS a
        WHERE a.id = asking AND a.action = 'mobiles_asked' AND a.login = grid.acting()
          -- every line of this very transaction is younger than its beginning: what is older, and seen, is committed
          AND a.at < now() AND a.at > now() - interval '2 minutes'
    ), up AS (
        SELECT coalesce(s.village_code, asked.key) AS code FROM asked
        LEFT JOIN grid.subject AS s ON asked.kind = 'subject' AND s.subject_id = asked.key
        UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT n.person_no, n.private_mobile FROM grid.person AS n
    WHERE n.private_mobile IS NOT NULL AND EXISTS (
            SELECT FROM grid.post AS p WHERE p.person_no = n.person_no AND p.valid @> grid.today()
            AND (p.unit_code IN (SELECT code FROM up)
                 OR p.subject_id IN (SELECT key FROM asked WHERE kind = 'subject')))
      AND grid.opens_mobile(n.person_no)
$$;
REVOKE EXECUTE ON FUNCTION grid.opens_mobile(text), grid.ask_for_mobiles(text, text), grid.mobiles_asked_for(bigint)
    FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.ask_for_mobiles(text, text), grid.mobiles_asked_for(bigint) TO grid_app, grid_all;
