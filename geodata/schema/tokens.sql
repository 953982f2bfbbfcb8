-- Personal tokens: what one opens, how it comes in, who makes and ends it. A token reads what its owner sees that day,
-- within its reach, and does nothing else: no other permission is carried by it (grid.may, grid.may_at).

-- The posts a token stands on: those of its owner that open an area today. One with a reach is held at the reach, as far as
-- the post reaches there; where none does any more, there is none. Nothing for a token that has ended. Written out and in
-- PL/pgSQL, as grid.scope_opened is: the plan is kept for the connection. ROWS: taken for a thousand posts, whoever walks
-- the tree from here reads all of it at every step (16 ms a request instead of 3).
CREATE OR REPLACE FUNCTION grid.posts_by_token(of_login text, of_token integer)
RETURNS TABLE (role text, unit_code text, unit_level text, valid daterange)
LANGUAGE plpgsql STABLE ROWS 2 SECURITY DEFINER SET search_path = grid, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
#variable_conflict use_column
BEGIN
    RETURN QUERY
    WITH RECURSIVE token AS MATERIALIZED (
        SELECT t.unit_code, u.level FROM grid.token AS t LEFT JOIN grid.unit AS u ON u.code = t.unit_code
        WHERE t.id = of_token AND t.login = of_login AND t.revoked_at IS NULL AND t.expires_on >= grid.today()
    ), up AS (
        SELECT unit_code AS code FROM token WHERE unit_code IS NOT NULL
        UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT p.role, coalesce(token.unit_code, p.unit_code), coalesce(token.level, h.level), p.valid
    FROM token CROSS JOIN grid.account AS a JOIN grid.post AS p USING (person_no)
    JOIN grid.unit AS h ON h.code = p.unit_code
    JOIN grid.permission_grant AS g ON g.role = p.role AND g.permission = 'see_area'
    WHERE a.login = of_login AND NOT a.disabled AND p.unit_code IS NOT NULL AND p.valid @> grid.today()
      AND (token.unit_code IS NULL OR p.unit_code IN (SELECT code FROM up)
           OR g.reach = 'everywhere' AND grid.is_top(p.unit_code, p.role));
END $$;

-- What a login opens by a token (as grid.scope_opened): never more than by itself, and of permissions the sight alone.
CREATE OR REPLACE FUNCTION grid.scope_by_token(who text, of_token integer, OUT area text[], OUT above text[],
                                               OUT everything boolean, OUT permissions text[], OUT wide_permissions text[])
LANGUAGE plpgsql STABLE PARALLEL SAFE SECURITY DEFINER SET search_path = grid, public, pg_temp
SET plan_cache_mode = force_generic_plan AS $$
BEGIN
    WITH RECURSIVE held AS MATERIALIZED (SELECT * FROM grid.posts_by_token(who, of_token)),
    down AS (
        SELECT unit_code AS code FROM held
        UNION SELECT v.code FROM grid.unit_place AS v JOIN down ON v.parent_code = down.code
    ), up AS (
        SELECT unit_code AS code FROM held
        UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code WHERE v.parent_code IS NOT NULL
    )
    SELECT coalesce((SELECT array_agg(code) FROM down), '{}'), coalesce((SELECT array_agg(code) FROM up), '{}'),
           EXISTS (SELECT FROM held JOIN grid.permission_grant AS g USING (role)
                   WHERE g.permission = 'see_area' AND g.reach = 'everywhere' AND grid.is_top(held.unit_code, held.role))
           AND EXISTS (SELECT FROM grid.token AS t WHERE t.id = of_token AND t.unit_code IS NULL),
           CASE WHEN EXISTS (SELECT FROM held) THEN '{see_area}'::text[] ELSE '{}' END
    INTO area, above, everything, permissions;
    wide_permissions := CASE WHEN everything THEN permissions ELSE '{}' END;
END $$;

-- Whose a token is that somebody sends, known by its hash, and that it was used, to the minute. Why not, otherwise: such a
-- try is noted as long as there are few from its address ('busy' after that). A token that is good is let in all the same:
-- 192 bits are not guessed, and one outdated workbook must not shut out an office behind one address.
CREATE OR REPLACE FUNCTION grid.token_login(hash text) RETURNS TABLE (state text, token_id integer, login text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
#variable_conflict use_column
DECLARE
    place CONSTANT text := coalesce(grid.asked_from(), '-');
    known grid.token;
    found_state text;
BEGIN
    SELECT * INTO known FROM grid.token AS t WHERE t.token_hash = hash;
    found_state := CASE
        WHEN known.id IS NULL THEN 'unknown'
        WHEN known.revoked_at IS NOT NULL THEN 'revoked'
        WHEN known.expires_on < grid.today() THEN 'expired'
        WHEN NOT EXISTS (SELECT FROM grid.posts_by_token(known.login, known.id)) THEN 'closed'
        ELSE 'open' END;
    IF found_state = 'open' THEN
        UPDATE grid.token AS t SET last_used_at = now()
        WHERE t.id = known.id AND coalesce(t.last_used_at < now() - interval '1 minute', true);
        RETURN QUERY SELECT found_state, known.id, known.login;
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(grid.lock_number('sign_in'), hashtext('token ' || place));
    IF (SELECT count(*) FROM grid.audit AS a WHERE a.address = place AND a.action = 'token_refused' AND a.at
        > clock_timestamp() - make_interval(mins => grid.number_of('address_window_minutes', '')))
       >= grid.number_of('token_tries', '') THEN
        found_state := 'busy';
    ELSE
        INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key, after)
        VALUES (known.login, session_user, place, 'token_refused', 'token', known.id::text,
                jsonb_build_object('why', found_state));
    END IF;
    RETURN QUERY SELECT found_state, NULL::integer, NULL::text;
END $$;

-- A token that stood in an address has been written down on the way, by proxies and browsers: it ends at once.
CREATE OR REPLACE FUNCTION grid.burn_tokens(hashes text[]) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.token SET revoked_at = now(), end_reason = 'address' WHERE token_hash = ANY (hashes) AND revoked_at IS NULL
$$;
REVOKE EXECUTE ON FUNCTION grid.posts_by_token(text, integer), grid.scope_by_token(text, integer), grid.token_login(text),
    grid.burn_tokens(text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.scope_by_token(text, integer), grid.token_login(text), grid.burn_tokens(text[])
    TO grid_app, grid_all;

-- Made by its owner alone, with a reach inside the own area of today and a last day within the rule; ended by its owner
-- or an administrator, for good. By a token no token is made or ended. A key that outlives the moment is made at the door,
-- as passwords are, and judged by the posts of the login itself; nothing where they do not reach so far.
CREATE OR REPLACE FUNCTION grid.make_token(called text, hash text, reach text, last_on date) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.token (login, name, token_hash, unit_code, expires_on)
    SELECT grid.acting(), called, hash, reach, last_on FROM grid.scope_opened(grid.acting()) AS own
    WHERE 'see_area' = ANY (own.permissions) AND (reach IS NULL OR reach = ANY (own.area))
      AND last_on BETWEEN grid.today() AND grid.today() + least(grid.number_of('token_days', ''), 366)::integer
    RETURNING true
$$;
REVOKE EXECUTE ON FUNCTION grid.make_token(text, text, text, date) FROM PUBLIC;
-- how long a token may hold is a rule, which is no secret
GRANT EXECUTE ON FUNCTION grid.make_token(text, text, text, date), grid.number_of(text, text) TO grid_door;
GRANT UPDATE (revoked_at, end_reason) ON grid.token TO grid_app;
CREATE POLICY own_end ON grid.token FOR UPDATE TO grid_app
    USING (revoked_at IS NULL AND (SELECT grid.by_token()) IS NULL
           AND (login = (SELECT grid.signed_in()) OR (SELECT grid.may_everywhere('manage_accounts'))))
    WITH CHECK (end_reason = 'revoked');

-- Noted without the hash; that one was used is no change.
CREATE OR REPLACE FUNCTION grid.note_token() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, table_name, row_key, after)
    VALUES (grid.signed_in(), session_user, grid.asked_from(),
            CASE TG_OP WHEN 'INSERT' THEN 'token_made' ELSE 'token_revoked' END, 'token', NEW.id::text,
            to_jsonb(NEW) - '{id,token_hash,made_at,last_used_at}'::text[]);
    RETURN NULL;
END $$;
CREATE TRIGGER note_token AFTER INSERT OR UPDATE OF revoked_at ON grid.token
    FOR EACH ROW EXECUTE FUNCTION grid.note_token();

-- What ends every session for safety's sake, a new password or a lock, ends every token; signing out does not.
CREATE OR REPLACE FUNCTION grid.end_tokens() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    UPDATE grid.token SET revoked_at = now(), end_reason = 'account' WHERE login = NEW.login AND revoked_at IS NULL;
    RETURN NULL;
END $$;
CREATE TRIGGER end_tokens AFTER UPDATE ON grid.account FOR EACH ROW
    WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash OR NEW.disabled <> OLD.disabled)
    EXECUTE FUNCTION grid.end_tokens();
