-- Who is asking and what a transaction may see: what a row is worth to the signed-in account follows from that person's
-- posts of today. When a post ends, the access ends that day.

CREATE OR REPLACE FUNCTION grid.signed_in() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('grid.login', true), '')
$$;
-- From where, when that is a network address at all: it goes into the audit trail, where nobody writes words of his own.
CREATE OR REPLACE FUNCTION grid.asked_from() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT substring(current_setting('grid.address', true) FROM '^(?=.*[.:])([0-9A-Fa-f:.]{2,45})(?:%.*)?$')
$$;
-- The personal token (tokens.sql) a transaction was taken on with; NULL for a person who is signed in.
CREATE OR REPLACE FUNCTION grid.by_token() RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN grid.is_taken_on() THEN nullif(current_setting('grid.token', true), '')::integer END
$$;
-- Whose act it is; nobody's by a token, which reads alone.
CREATE OR REPLACE FUNCTION grid.acting() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN grid.by_token() IS NULL THEN grid.signed_in() END
$$;
CREATE OR REPLACE FUNCTION grid.my_person() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.person_no FROM grid.account AS a WHERE a.login = grid.signed_in() AND NOT a.disabled
$$;

-- Whether what a post reaches everywhere it reaches from this unit: from the top of the tree alone, else its own area. Where
-- several roots stand, only a post that answers for no place (one of the office) reaches over all of them.
CREATE OR REPLACE FUNCTION grid.is_top(unit text, of_role text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    RETURN EXISTS (SELECT FROM grid.unit AS u JOIN grid.level AS l ON l.key = u.level WHERE u.code = unit AND l.rank_no = 0)
        AND (NOT (SELECT l.has_several_roots FROM grid.level AS l WHERE l.rank_no = 0)
             OR NOT EXISTS (SELECT FROM grid.role_level AS r WHERE r.role = of_role AND r.is_answering)
             OR (SELECT count(*) FROM grid.unit_version AS v
                 WHERE v.parent_code IS NULL AND v.valid @> grid.today()) < 2);
END $$;

-- The unit posts an account holds today; my_posts() is the same for whoever is asking, by a token those it stands on.
CREATE OR REPLACE FUNCTION grid.posts_of(of_login text) RETURNS TABLE (role text, unit_code text, unit_level text, valid daterange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.role, p.unit_code, u.level, p.valid FROM grid.account AS a JOIN grid.post AS p USING (person_no)
    JOIN grid.unit AS u ON u.code = p.unit_code
    WHERE a.login = of_login AND NOT a.disabled AND p.unit_code IS NOT NULL
      AND p.valid @> grid.today()
$$;
REVOKE EXECUTE ON FUNCTION grid.posts_of(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION grid.my_posts() RETURNS TABLE (role text, unit_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT role, unit_code FROM grid.posts_of(grid.acting()) UNION ALL
    SELECT role, unit_code FROM grid.posts_by_token(grid.signed_in(), grid.by_token()) WHERE grid.by_token() IS NOT NULL
$$;

-- Where a permission counts (grid.permission_grant): everywhere for a post at the top of the tree, or only where the post
-- that carries it is held; a supervisor of one town who assists in another town's village is an assistant there. own_row:
-- the row hangs on nothing of somebody else's. as_role: the one post in whose name it is done; any, where it is NULL.
CREATE OR REPLACE FUNCTION grid.may_at(asked text, unit text, own_row boolean DEFAULT false, as_role text DEFAULT NULL)
RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE mine AS (
        SELECT p.unit_code, g.reach = 'everywhere' AND grid.is_top(p.unit_code, p.role) AS everywhere
        FROM grid.my_posts() AS p JOIN grid.permission_grant AS g USING (role)
        WHERE g.permission = asked AND (g.reach <> 'own_rows' OR own_row) AND (as_role IS NULL OR p.role = as_role)
              AND (asked = 'see_area' OR grid.by_token() IS NULL)
    ), up AS (
        SELECT unit AS code UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code
    )
    SELECT EXISTS (SELECT FROM mine WHERE everywhere AND (grid.by_token() IS NULL OR grid.sees_all()))
        OR EXISTS (SELECT FROM mine JOIN up ON up.code = mine.unit_code)
$$;
CREATE OR REPLACE FUNCTION grid.may_at_subject(asked text, subject text, own_row boolean DEFAULT false,
                                               as_role text DEFAULT NULL) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT coalesce((SELECT grid.may_at(asked, s.village_code, own_row, as_role) FROM grid.subject AS s
                     WHERE s.subject_id = subject), false)
$$;

-- What a login opens: the units of its posts in force today that carry sight of an area, everything below them, and the
-- units above; whether one of them sees everything; every permission that is carried at all; and those carried everywhere.
CREATE OR REPLACE FUNCTION grid.scope_opened(who text, OUT area text[], OUT above text[], OUT everything boolean,
                                             OUT permissions text[], OUT wide_permissions text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = grid, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    WITH RECURSIVE mine AS MATERIALIZED (
        -- as in grid.posts_of, written out: this plan is kept for the connection, that of a function in SQL is not
        SELECT p.role, p.unit_code, grid.is_top(p.unit_code, p.role) AS top
        FROM grid.account AS a JOIN grid.post AS p USING (person_no)
        WHERE a.login = nullif(who, '') AND NOT a.disabled AND p.unit_code IS NOT NULL
          AND p.valid @> grid.today()
    ), carried AS MATERIALIZED (
        SELECT mine.unit_code, g.permission, g.reach = 'everywhere' AND mine.top AS everywhere
        FROM mine JOIN grid.permission_grant AS g USING (role)
    ),
    down AS (
        SELECT unit_code AS code FROM carried WHERE permission = 'see_area'
        UNION SELECT v.code FROM grid.unit_place AS v JOIN down ON v.parent_code = down.code
    ), up AS (
        SELECT unit_code AS code FROM carried WHERE permission = 'see_area'
        UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT coalesce((SELECT array_agg(code) FROM down), '{}'), coalesce((SELECT array_agg(code) FROM up), '{}'),
           EXISTS (SELECT FROM carried WHERE permission = 'see_area' AND everywhere),
           coalesce((SELECT array_agg(DISTINCT permission) FROM carried), '{}'),
           coalesce((SELECT array_agg(DISTINCT permission) FROM carried WHERE everywhere), '{}')
    INTO area, above, everything, permissions, wide_permissions;
END $$;

-- A transaction's scope, named and worked out once; it is kept in settings that end with the transaction. By a personal
-- token, whose number is named beside the login, it is the token's.
CREATE OR REPLACE FUNCTION grid.take_on(login text, address text, token integer DEFAULT NULL) RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
    opened record;
BEGIN
    IF token IS NULL THEN
        opened := grid.scope_opened(login);
    ELSE
        opened := grid.scope_by_token(login, token);
    END IF;
    PERFORM set_config('grid.login', login, true), set_config('grid.address', address, true),
            set_config('grid.area', opened.area::text, true),
            set_config('grid.superiors', opened.above::text, true),
            set_config('grid.everything', opened.everything::text, true),
            set_config('grid.permissions', opened.permissions::text, true),
            set_config('grid.wide_permissions', opened.wide_permissions::text, true),
            set_config('grid.token', coalesce(token::text, ''), true),
            set_config('grid.scope_of', login || '!', true);
END $$;

-- Where a login was named without taking it on, its scope is worked out for each question. None of them keeps
-- anything itself, so a plan that asks them may be a parallel one.
CREATE OR REPLACE FUNCTION grid.is_taken_on() RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT coalesce(current_setting('grid.scope_of', true) = current_setting('grid.login', true) || '!', false)
$$;
CREATE OR REPLACE FUNCTION grid.sees_all() RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN grid.is_taken_on() THEN current_setting('grid.everything')::boolean
                ELSE (grid.scope_opened(current_setting('grid.login', true))).everything END;
END $$;
-- Codes of my units and of all below them, in the tree of today; empty for whoever is not signed in.
CREATE OR REPLACE FUNCTION grid.my_area() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN grid.is_taken_on() THEN current_setting('grid.area')::text[]
                ELSE (grid.scope_opened(current_setting('grid.login', true))).area END;
END $$;
-- Codes of the units above mine: their names and posts are the upper part of my own chain.
CREATE OR REPLACE FUNCTION grid.my_superiors() RETURNS text[] LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN CASE WHEN grid.is_taken_on() THEN current_setting('grid.superiors')::text[]
                ELSE (grid.scope_opened(current_setting('grid.login', true))).above END;
END $$;
-- Whether a post held today carries a permission at all; and whether it does so everywhere.
CREATE OR REPLACE FUNCTION grid.may(asked text) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN asked = ANY (CASE WHEN grid.is_taken_on() THEN current_setting('grid.permissions')::text[]
                             ELSE (grid.scope_opened(current_setting('grid.login', true))).permissions END);
END $$;
CREATE OR REPLACE FUNCTION grid.may_everywhere(asked text) RETURNS boolean LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN asked = ANY (CASE WHEN grid.is_taken_on() THEN current_setting('grid.wide_permissions')::text[]
                             ELSE (grid.scope_opened(current_setting('grid.login', true))).wide_permissions END);
END $$;
-- The posts that whoever is signed in may give and end (grid.post_grantor).
CREATE OR REPLACE FUNCTION grid.gives() RETURNS text[]
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT coalesce(array_agg(g.role), '{}') FROM grid.post_grantor AS g WHERE grid.may_everywhere(g.permission)
$$;

-- Which post may do what is no secret of anybody's.
CREATE POLICY signed_in ON grid.permission_grant FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
CREATE POLICY signed_in ON grid.post_grantor FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
GRANT SELECT ON grid.permission_grant, grid.post_grantor TO grid_app;
