-- Accounts: what the administrator writes, whom the signed-in account is, and who can see what.

GRANT INSERT (login, person_no, password_hash, oidc_subject), UPDATE (password_hash, oidc_subject, disabled)
    ON grid.account TO grid_app;
CREATE POLICY administrator_adds ON grid.account FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.may_everywhere('manage_accounts')));
CREATE POLICY administrator_changes ON grid.account FOR UPDATE TO grid_app
    USING ((SELECT grid.may_everywhere('manage_accounts')));

-- Whoever is signed in, in one look: name, posts of today, the units the account is at home in (none for those who see
-- all), and the units above those. No row for an unknown or disabled account. Asked at every request: planned once a
-- connection (in PL/pgSQL, with a plan for any login), not each time.
CREATE OR REPLACE FUNCTION grid.visitor()
RETURNS TABLE (login text, person_no text, name text, epoch integer, posts jsonb, sees_all boolean, home text[],
               above text[])
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE post AS (
        SELECT * FROM grid.posts_of(grid.acting()) UNION ALL
        SELECT * FROM grid.posts_by_token(grid.signed_in(), grid.by_token()) WHERE grid.by_token() IS NOT NULL),
    own AS (SELECT DISTINCT unit_code AS code FROM post
            JOIN grid.permission_grant USING (role) WHERE permission = 'see_area'),
    over AS (SELECT v.parent_code AS code, own.code AS below FROM grid.unit_place AS v JOIN own USING (code)
             WHERE v.parent_code IS NOT NULL
             UNION SELECT v.parent_code, over.below FROM over JOIN grid.unit_place AS v ON v.code = over.code
             WHERE v.parent_code IS NOT NULL),
    lowest AS (SELECT code FROM own WHERE NOT EXISTS (
        SELECT FROM over JOIN own AS upper_one ON upper_one.code = over.code WHERE over.below = own.code))
    SELECT a.login, a.person_no, p.name, a.epoch,
           coalesce((SELECT jsonb_agg(jsonb_build_object('role', role, 'unit_code', post.unit_code, 'unit_level',
                     unit_level, 'from_on', lower(valid), 'to_on', upper(valid) - 1,
                     'unit_name', (SELECT u.name FROM grid.unit_version AS u WHERE u.code = post.unit_code
                                   AND u.valid @> grid.today()))
                     ORDER BY post.unit_code, role) FROM post), '[]'),
           grid.sees_all(),
           CASE WHEN grid.sees_all() THEN '{}' ELSE coalesce((SELECT array_agg(code ORDER BY code) FROM lowest), '{}') END,
           coalesce((SELECT array_agg(code ORDER BY code) FROM unnest(grid.my_superiors()) AS code
                     WHERE NOT code = ANY (grid.my_area())), '{}')
    FROM grid.account AS a JOIN grid.person AS p USING (person_no)
    WHERE a.login = grid.signed_in() AND NOT a.disabled;
END $$;

-- A private mobile is for the section and for the supervisors of the own chain (PIPL art 6 and 25).
CREATE OR REPLACE FUNCTION grid.private_mobile(of_person text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.private_mobile FROM grid.person AS p
    WHERE p.person_no = of_person AND (
        grid.may_everywhere('see_mobiles')
        OR grid.may('see_mobiles') AND EXISTS (
            SELECT FROM grid.post AS held LEFT JOIN grid.subject AS s USING (subject_id)
            WHERE held.person_no = of_person AND held.valid @> grid.today()
              -- where every post that opens an area carries this too, it is that area, which is worked out already
              AND CASE WHEN (SELECT bool_and(g.permissions @> '{see_mobiles}') FROM grid.my_posts() AS m
                             JOIN (SELECT role, array_agg(permission) AS permissions FROM grid.permission_grant
                                   GROUP BY role) AS g USING (role) WHERE g.permissions @> '{see_area}')
                       THEN coalesce(held.unit_code, s.village_code) = ANY (grid.my_area())
                       ELSE grid.may_at('see_mobiles', coalesce(held.unit_code, s.village_code)) END))
$$;

-- Who can see what, for an auditor: every account with every post that opens something, and what it opens today.
CREATE OR REPLACE FUNCTION grid.who_sees_what()
RETURNS TABLE (login text, person_no text, person_name text, disabled boolean, role text, unit_code text, unit_name text,
               from_on date, to_on date, in_force boolean, towns bigint, villages bigint, subjects bigint,
               last_signed_in timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE day AS (SELECT grid.today() AS today),
    held AS (
        SELECT a.login, a.person_no, n.name, a.disabled, p.role, p.unit_code, p.valid,
               p.valid @> (SELECT today FROM day) AND NOT a.disabled AS in_force
        FROM grid.account AS a JOIN grid.person AS n USING (person_no)
        LEFT JOIN grid.post AS p ON p.person_no = a.person_no AND p.unit_code IS NOT NULL
    ), below AS (
        SELECT DISTINCT unit_code AS root, unit_code AS code FROM held WHERE unit_code IS NOT NULL
        UNION SELECT b.root, v.code FROM grid.unit_place AS v JOIN below AS b ON v.parent_code = b.code
    ), area AS (
        SELECT b.root, count(*) FILTER (WHERE u.level = (SELECT above FROM grid.level WHERE key = 'village')) AS towns,
               count(*) FILTER (WHERE u.level = 'village') AS villages,
               sum((SELECT count(*) FROM grid.subject AS s WHERE s.village_code = b.code))::bigint AS subjects
        FROM below AS b JOIN grid.unit AS u USING (code) GROUP BY b.root
    )
    SELECT h.login, h.person_no, h.name, h.disabled, h.role, h.unit_code,
           (SELECT u.name FROM grid.unit_version AS u WHERE u.code = h.unit_code ORDER BY upper_inf(u.valid) DESC,
            upper(u.valid) DESC LIMIT 1),
           lower(h.valid), upper(h.valid) - 1, coalesce(h.in_force, false),
           CASE WHEN o.opens THEN a.towns ELSE 0 END, CASE WHEN o.opens THEN a.villages ELSE 0 END,
           CASE WHEN o.opens THEN a.subjects ELSE 0 END,
           (SELECT max(t.at) FROM grid.audit AS t WHERE t.row_key = grid.login_mark(h.login) AND t.action = 'signed_in')
    FROM held AS h LEFT JOIN area AS a ON a.root = h.unit_code
    -- an account without a post has no number at all
    CROSS JOIN LATERAL (SELECT h.role IS NULL OR EXISTS (
        SELECT FROM grid.permission_grant AS g WHERE g.role = h.role AND g.permission = 'see_area') AS opens) AS o
    WHERE grid.may_everywhere('see_accounts')
    ORDER BY h.login, h.in_force DESC NULLS LAST, lower(h.valid) DESC, h.role
$$;
REVOKE EXECUTE ON FUNCTION grid.who_sees_what(), grid.private_mobile(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.who_sees_what(), grid.private_mobile(text) TO grid_app, grid_all;
