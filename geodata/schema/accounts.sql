-- Accounts: who makes and changes them, whom the signed-in account is, and who can see what.

-- Accounts are made and changed at the door (grid_door), where an administrator asks for it, and by the owner; no other
-- role writes one. Whether the caller may: judged by the posts of the login itself, whatever a transaction's settings say.
CREATE OR REPLACE FUNCTION grid.keeps_accounts() RETURNS boolean LANGUAGE sql STABLE AS $$
    -- inside of a SECURITY DEFINER function current_user is the owner: the caller is who connected, or the role it took on
    SELECT pg_has_role(coalesce(nullif(current_setting('role'), 'none'), session_user)::name, current_user, 'USAGE')
        OR coalesce('manage_accounts' = ANY ((grid.scope_opened(grid.acting())).wide_permissions), false)
$$;
-- Each is false where there is no such account, or none that the caller may change.
CREATE OR REPLACE FUNCTION grid.add_account(new_login text, person text, hash text, subject text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.account (login, person_no, password_hash, oidc_subject)
    SELECT new_login, person, hash, subject WHERE grid.keeps_accounts() RETURNING true
$$;
CREATE OR REPLACE FUNCTION grid.set_password(of_login text, new_hash text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.account SET password_hash = new_hash WHERE login = of_login AND grid.keeps_accounts() RETURNING true
$$;
CREATE OR REPLACE FUNCTION grid.set_disabled(of_login text, locked boolean) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.account SET disabled = locked WHERE login = of_login AND grid.keeps_accounts() RETURNING true
$$;
REVOKE EXECUTE ON FUNCTION grid.keeps_accounts(), grid.add_account(text, text, text, text), grid.set_password(text, text),
    grid.set_disabled(text, boolean) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.add_account(text, text, text, text), grid.set_password(text, text),
    grid.set_disabled(text, boolean) TO grid_door;

-- Whoever is signed in, in one look: name, posts of today, the units the account is at home in (none for those who see
-- all), and the units above those. No row for an unknown or disabled account. Asked at every request: planned once a
-- connection (in PL/pgSQL, with a plan for any login), not each time.
CREATE OR REPLACE FUNCTION grid.visitor()
RETURNS TABLE (login text, person_no text, name text, posts jsonb, sees_all boolean, home text[],
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
    SELECT a.login, a.person_no, p.name,
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
REVOKE EXECUTE ON FUNCTION grid.who_sees_what() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.who_sees_what() TO grid_app, grid_all;
