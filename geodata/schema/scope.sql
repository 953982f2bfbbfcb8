-- Who is asking and what a transaction may see: what a row is worth to the signed-in account follows from that person's
-- posts of today. When a post ends, the access ends that day.

CREATE OR REPLACE FUNCTION grid.signed_in() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('grid.login', true), '')
$$;
CREATE OR REPLACE FUNCTION grid.my_person() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.person_no FROM grid.account AS a WHERE a.login = grid.signed_in() AND NOT a.disabled
$$;

-- The unit posts an account holds today; my_posts() is the same for whoever is signed in.
CREATE OR REPLACE FUNCTION grid.posts_of(of_login text) RETURNS TABLE (role text, unit_code text, unit_level text, valid daterange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.role, p.unit_code, p.unit_level, p.valid FROM grid.account AS a JOIN grid.post AS p USING (person_no)
    WHERE a.login = of_login AND NOT a.disabled AND p.unit_code IS NOT NULL
      AND p.valid @> grid.today()
$$;
REVOKE EXECUTE ON FUNCTION grid.posts_of(text) FROM PUBLIC;
CREATE OR REPLACE FUNCTION grid.my_posts() RETURNS TABLE (role text, unit_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT role, unit_code FROM grid.posts_of(grid.signed_in())
$$;
CREATE OR REPLACE FUNCTION grid.holds(VARIADIC roles text[]) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM grid.my_posts() WHERE role = ANY (roles))
$$;

-- What a role may do counts only where it is held: a supervisor of one town who assists in another town's village is an
-- assistant there.
CREATE OR REPLACE FUNCTION grid.answers_for(unit text, VARIADIC roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT unit AS code UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code
    )
    SELECT EXISTS (SELECT FROM grid.my_posts() AS p JOIN up ON up.code = p.unit_code WHERE p.role = ANY (roles))
$$;
CREATE OR REPLACE FUNCTION grid.reaches(of_subject text, VARIADIC roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT coalesce((SELECT grid.answers_for(s.village_code, VARIADIC roles) FROM grid.subject AS s
                     WHERE s.subject_id = of_subject), false)
$$;

-- What a login opens: its posts in force today, everything below their units, and the units above.
CREATE OR REPLACE FUNCTION grid.scope_opened(who text, OUT area text[], OUT above text[], OUT everything boolean)
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    WITH RECURSIVE mine AS MATERIALIZED (
        -- as in grid.posts_of, written out: this plan is kept, that of a function in SQL is made anew each time
        SELECT p.role, p.unit_code FROM grid.account AS a JOIN grid.post AS p USING (person_no)
        WHERE a.login = nullif(who, '') AND NOT a.disabled AND p.unit_code IS NOT NULL
          AND p.valid @> grid.today()
    ),
    down AS (
        SELECT unit_code AS code FROM mine WHERE role <> 'lab_tester'
        UNION SELECT v.code FROM grid.unit_place AS v JOIN down ON v.parent_code = down.code
    ), up AS (
        SELECT unit_code AS code FROM mine WHERE role <> 'lab_tester'
        UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT coalesce((SELECT array_agg(code) FROM down), '{}'), coalesce((SELECT array_agg(code) FROM up), '{}'),
           EXISTS (SELECT FROM mine
                   WHERE role IN ('district_leader', 'section_head', 'data_steward', 'administrator'))
    INTO area, above, everything;
END $$;

-- A transaction's scope, named and worked out once; it is kept in settings that end with the transaction.
CREATE OR REPLACE FUNCTION grid.take_on(login text, address text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    opened record;
BEGIN
    opened := grid.scope_opened(login);
    PERFORM set_config('grid.login', login, true), set_config('grid.address', address, true),
            set_config('grid.area', opened.area::text, true),
            set_config('grid.superiors', opened.above::text, true),
            set_config('grid.everything', opened.everything::text, true),
            set_config('grid.scope_of', login || '!', true);
END $$;

-- Where a login was named without taking it on, its scope is worked out for each question. None of the three keeps
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
