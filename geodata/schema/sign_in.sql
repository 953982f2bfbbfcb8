-- How people come in, and how often somebody may try. Tries are counted in the audit trail: one fact, one place.

-- A login as the audit trail knows it, so that a password typed into the wrong field is not kept.
CREATE OR REPLACE FUNCTION grid.login_mark(login text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT left(encode(sha256(convert_to(lower(btrim(login)), 'UTF8')), 'hex'), 32)
$$;

-- A try to sign in, noted before the password is looked at, so that many at once cannot slip through together. The hash
-- comes back only to be compared; state says whether it may be: 'ask', 'locked' (this login), 'busy' (this address).
-- Unknown logins are counted like known ones: nobody learns from the answer which exist.
CREATE OR REPLACE FUNCTION grid.sign_in_try(as_login text) RETURNS TABLE (state text, password_hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    mark CONSTANT text := grid.login_mark(as_login);
    place CONSTANT text := coalesce(nullif(current_setting('grid.address', true), ''), '-');
    since CONSTANT timestamptz := clock_timestamp() - make_interval(mins => grid.number_of('sign_in_window_minutes', ''));
    known grid.account;
    fresh timestamptz;
    at_both integer; at_account integer; at_address integer;
BEGIN
    PERFORM pg_advisory_xact_lock(grid.lock_number('sign_in'), hashtext(mark));
    SELECT * INTO known FROM grid.account AS a WHERE a.login = lower(btrim(as_login));
    fresh := greatest(since, (SELECT max(at) FROM grid.audit AS a
                              WHERE a.row_key = mark AND a.action IN ('signed_in', 'password_set')));
    SELECT count(*) FILTER (WHERE a.address = place), count(*) INTO at_both, at_account
    FROM grid.audit AS a WHERE a.row_key = mark AND a.action = 'sign_in_tried' AND a.at > fresh;
    SELECT count(*) FILTER (WHERE a.action = 'sign_in_tried') - count(*) FILTER (WHERE a.action = 'signed_in') INTO at_address
    FROM grid.audit AS a WHERE a.address = place AND a.at > since AND a.action IN ('sign_in_tried', 'signed_in');
    IF at_address >= grid.number_of('sign_in_tries', 'address') THEN
        RETURN QUERY SELECT 'busy', NULL::text;
    ELSIF at_both >= grid.number_of('sign_in_tries', 'both')
        OR at_account >= grid.number_of('sign_in_tries', 'account') THEN
        RETURN QUERY SELECT 'locked', NULL::text;
    ELSE
        INSERT INTO grid.audit (login, db_role, address, action, row_key)
        VALUES (known.login, session_user, place, 'sign_in_tried', mark);
        RETURN QUERY SELECT 'ask', CASE WHEN NOT known.disabled THEN known.password_hash END;
    END IF;
END $$;

-- How the try ended: 'signed_in' or 'sign_in_failed'; also sign-ins that another provider vouches for.
-- Signing out ends every session of the account: a copied cookie opens nothing any more.
CREATE OR REPLACE FUNCTION grid.sign_in_ended(as_login text, action text, how text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    SELECT (SELECT a.login FROM grid.account AS a WHERE a.login = lower(btrim(as_login))), session_user,
           coalesce(nullif(current_setting('grid.address', true), ''), '-'), action, grid.login_mark(as_login),
           jsonb_build_object('how', how)
    WHERE action IN ('signed_in', 'sign_in_failed', 'signed_out');
    UPDATE grid.account AS a SET epoch = a.epoch + 1
    WHERE action = 'signed_out' AND a.login = lower(btrim(as_login)) AND a.login = grid.acting();
$$;

-- The account another provider's subject belongs to.
CREATE OR REPLACE FUNCTION grid.login_of_subject(subject text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.login FROM grid.account AS a WHERE a.oidc_subject = subject AND NOT a.disabled
$$;

-- The own password: the hash there now, to be compared first; and the new one.
CREATE OR REPLACE FUNCTION grid.own_password() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.password_hash FROM grid.account AS a WHERE a.login = grid.acting() AND NOT a.disabled
$$;
CREATE OR REPLACE FUNCTION grid.set_own_password(new_hash text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.account SET password_hash = new_hash WHERE login = grid.acting() AND NOT disabled RETURNING epoch
$$;
-- What the application asks about accounts is the application's alone.
REVOKE EXECUTE ON FUNCTION grid.sign_in_try(text), grid.sign_in_ended(text, text, text), grid.login_of_subject(text),
    grid.own_password(), grid.set_own_password(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.sign_in_try(text), grid.sign_in_ended(text, text, text), grid.login_of_subject(text),
    grid.own_password(), grid.set_own_password(text) TO grid_app, grid_all;

-- A new password or a lock ends every older session.
CREATE OR REPLACE FUNCTION grid.end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.password_hash IS DISTINCT FROM OLD.password_hash OR NEW.disabled <> OLD.disabled THEN
        NEW.epoch := OLD.epoch + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER end_sessions BEFORE UPDATE ON grid.account FOR EACH ROW EXECUTE FUNCTION grid.end_sessions();
CREATE OR REPLACE FUNCTION grid.note_password() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, row_key)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), 'password_set',
            grid.login_mark(NEW.login));
    RETURN NULL;
END $$;
CREATE TRIGGER note_password AFTER UPDATE OF password_hash ON grid.account FOR EACH ROW
    WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash) EXECUTE FUNCTION grid.note_password();
