-- Sessions: how each stands, who sees and ends which. A session is known by the keyed hash of the secret in its cookie, which
-- is its owner's proof as well: whoever can name logins and settings (DECISIONS 69) still has none. No role reads the tables.

-- How a session stands: open, why it was ended, or which clock has run out. The rules are read here and not by
-- grid.number_of: in PL/pgSQL they are planned once a connection, which is a millisecond of every request.
CREATE OR REPLACE FUNCTION grid.session_state(one grid.session) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    day CONSTANT date := grid.today();
    hours integer; minutes integer;
BEGIN
    IF one.ended_at IS NOT NULL THEN
        RETURN one.end_reason;
    END IF;
    SELECT (r.value #>> '{}')::integer INTO hours FROM grid.rule AS r
    WHERE r.key = 'session_hours' AND r.scope = '' AND r.from_on <= day ORDER BY r.from_on DESC LIMIT 1;
    SELECT (r.value #>> '{}')::integer INTO minutes FROM grid.rule AS r
    WHERE r.key = 'session_idle_minutes' AND r.scope = '' AND r.from_on <= day ORDER BY r.from_on DESC LIMIT 1;
    RETURN CASE
        WHEN clock_timestamp() >= one.begun_at + make_interval(hours => least(hours, 24)) THEN 'over'
        WHEN clock_timestamp() >= one.seen_at + make_interval(mins => least(minutes, 1440)) THEN 'idle'
        ELSE 'open' END;
END $$;

-- The state of a session of the login that is asked for; whether its last use was noted so long ago that this one should be.
-- Asked at every request, together with grid.visitor().
CREATE OR REPLACE FUNCTION grid.session_now(hash text) RETURNS TABLE (state text, is_due boolean)
LANGUAGE plpgsql STABLE ROWS 1 SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    one grid.session;
BEGIN
    SELECT * INTO one FROM grid.session AS s WHERE s.session_hash = hash AND s.login = grid.signed_in();
    state := CASE WHEN one.id IS NULL THEN 'unknown' ELSE grid.session_state(one) END;
    is_due := coalesce(one.seen_at < clock_timestamp() - interval '1 minute', false);
    RETURN NEXT;
END $$;
-- The session that a hash proves, while it is open.
CREATE OR REPLACE FUNCTION grid.proven_session(hash text) RETURNS SETOF grid.session
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT s.* FROM grid.session AS s WHERE s.session_hash = hash AND grid.session_state(s) = 'open'
$$;

-- A session begins: its person is proven, by a password or by a provider. The device is known from now on, the newest twenty
-- of an account at most.
CREATE OR REPLACE FUNCTION grid.begin_session(as_login text, hash text, device text, way text, browser text, os text)
RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO grid.session (login, session_hash, sign_in_way, browser, operating_system, network)
    SELECT a.login, hash, way, begin_session.browser, os, grid.network_of(grid.asked_from())
    FROM grid.account AS a WHERE a.login = as_login AND NOT a.disabled;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    VALUES (as_login, session_user, coalesce(grid.asked_from(), '-'), 'signed_in', grid.login_mark(as_login),
            jsonb_strip_nulls(jsonb_build_object('how', way, 'device', grid.device_mark(as_login, device))));
    INSERT INTO grid.known_device (login, device_hash) VALUES (as_login, device)
    ON CONFLICT ON CONSTRAINT pk_known_device DO UPDATE SET used_at = clock_timestamp();
    DELETE FROM grid.known_device AS k WHERE k.login = as_login AND k.device_hash IN (
        SELECT o.device_hash FROM grid.known_device AS o WHERE o.login = as_login ORDER BY o.used_at DESC OFFSET 20);
END $$;
-- The network of an address: its first three numbers, of IPv6 the first 48 bits; nothing for what is no address after all.
CREATE OR REPLACE FUNCTION grid.network_of(address text) RETURNS cidr LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    one CONSTANT inet := regexp_replace(address, '^::ffff:(?=\d+\.)', '', 'i')::inet;
BEGIN
    RETURN network(set_masklen(one, CASE family(one) WHEN 4 THEN 24 ELSE 48 END));
EXCEPTION WHEN data_exception THEN
    RETURN NULL;
END $$;

-- That a person has used it.
CREATE OR REPLACE FUNCTION grid.use_session(hash text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.session SET seen_at = clock_timestamp() WHERE id = (SELECT p.id FROM grid.proven_session(hash) AS p)
$$;
-- The open sessions of the account whose session a hash proves, that one first.
CREATE OR REPLACE FUNCTION grid.own_sessions(hash text)
RETURNS TABLE (id bigint, is_present boolean, begun_at timestamptz, seen_at timestamptz, browser text, operating_system text,
               network text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT s.id, s.id = p.id, s.begun_at, s.seen_at, s.browser, s.operating_system, s.network::text
    FROM grid.proven_session(hash) AS p JOIN grid.session AS s USING (login)
    WHERE grid.session_state(s) = 'open' ORDER BY s.id = p.id DESC, s.seen_at DESC, s.id DESC
$$;
-- Ends sessions of the account whose session a hash proves: that one, one of the others by its number, or all others
-- (number NULL; any number may be asked for). Gives how many.
CREATE OR REPLACE FUNCTION grid.end_session(hash text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH gone AS (UPDATE grid.session AS s SET ended_at = clock_timestamp(), end_reason = 'signed_out'
                  FROM grid.proven_session(hash) AS p WHERE s.id = p.id RETURNING s.login),
    noted AS (INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
              SELECT login, session_user, coalesce(grid.asked_from(), '-'), 'signed_out', grid.login_mark(login),
                     '{"how": "button"}' FROM gone)
    SELECT count(*)::integer FROM gone
$$;
CREATE OR REPLACE FUNCTION grid.end_other_sessions(hash text, which numeric) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH gone AS (UPDATE grid.session AS s SET ended_at = clock_timestamp(), end_reason = 'ended_by_owner'
                  FROM grid.proven_session(hash) AS p
                  WHERE s.login = p.login AND s.id <> p.id AND (which IS NULL OR s.id = which)
                        AND grid.session_state(s) = 'open' RETURNING s.login),
    noted AS (INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
              SELECT login, session_user, coalesce(grid.asked_from(), '-'), 'signed_out', grid.login_mark(login),
                     '{"how": "other device"}' FROM gone)
    SELECT count(*)::integer FROM gone
$$;
REVOKE EXECUTE ON FUNCTION grid.session_state(grid.session), grid.session_now(text), grid.proven_session(text),
    grid.begin_session(text, text, text, text, text, text), grid.network_of(text), grid.use_session(text),
    grid.own_sessions(text), grid.end_session(text), grid.end_other_sessions(text, numeric) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.session_now(text) TO grid_app;
GRANT EXECUTE ON FUNCTION grid.begin_session(text, text, text, text, text, text), grid.use_session(text),
    grid.own_sessions(text), grid.end_session(text), grid.end_other_sessions(text, numeric) TO grid_door;

-- A new password or a lock ends every session of the account, and it knows no device any more: the one who had got in has
-- signed in somewhere.
CREATE OR REPLACE FUNCTION grid.end_sessions() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    UPDATE grid.session SET ended_at = clock_timestamp(),
        end_reason = CASE WHEN NEW.disabled THEN 'disabled' ELSE 'password' END
    WHERE login = NEW.login AND ended_at IS NULL;
    DELETE FROM grid.known_device WHERE login = NEW.login;
    RETURN NULL;
END $$;
CREATE TRIGGER end_sessions AFTER UPDATE ON grid.account FOR EACH ROW
    WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash OR NEW.disabled <> OLD.disabled)
    EXECUTE FUNCTION grid.end_sessions();

-- What nobody asks for any more: sessions last used so long ago that both clocks have run out and everybody has been told
-- why, and devices that count as unknown. Gives how many sessions.
CREATE OR REPLACE FUNCTION grid.forget_old_sessions() RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH unknown AS (DELETE FROM grid.known_device AS k
                     WHERE k.used_at < clock_timestamp() - make_interval(days => grid.number_of('known_device_days', ''))),
    gone AS (DELETE FROM grid.session AS s WHERE s.seen_at < clock_timestamp() - interval '8 days' RETURNING s.id)
    SELECT count(*)::integer FROM gone
$$;
REVOKE EXECUTE ON FUNCTION grid.forget_old_sessions() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.forget_old_sessions() TO grid_jobs;
