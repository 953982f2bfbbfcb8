-- How people come in, and how often somebody may try. Tries are counted in the audit trail: one fact, one place.

-- A login as the audit trail knows it, so that a password typed into the wrong field is not kept.
CREATE OR REPLACE FUNCTION grid.login_mark(login text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT left(encode(sha256(convert_to(lower(btrim(login)), 'UTF8')), 'hex'), 32)
$$;

-- The device a try comes from, as the account knows it: NULL for one where it was never signed in, or not for long. Tries
-- there are counted apart from everybody else's, so that nobody's wrong passwords keep an account's own people waiting.
CREATE OR REPLACE FUNCTION grid.device_mark(as_login text, device text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT left(k.device_hash, 16) FROM grid.known_device AS k
    WHERE k.login = lower(btrim(as_login)) AND k.device_hash = device
      AND k.used_at > clock_timestamp() - make_interval(days => grid.number_of('known_device_days', ''))
$$;

-- A try to sign in, noted before the password is looked at, so that many at once cannot slip through together. The hash
-- comes back only to be compared; state says whether it may be: 'ask', or for how many seconds not: 'wait' (too many failed
-- tries at this login, from this device of its own or from all others together), 'busy' (a flood from this address, which
-- keeps no device of the account's own waiting). Each failed try makes the pause twice as long, up to a rule; a pause is
-- neither counted nor noted, and ends by itself. Unknown logins are counted like known ones: nobody learns from the answer
-- which exist.
CREATE OR REPLACE FUNCTION grid.sign_in_try(as_login text, device text)
RETURNS TABLE (state text, password_hash text, wait_seconds integer)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    mark CONSTANT text := grid.login_mark(as_login);
    place CONSTANT text := coalesce(grid.asked_from(), '-');
    own CONSTANT text := grid.device_mark(as_login, device);
    free CONSTANT integer := grid.number_of('sign_in_tries', '');
    most CONSTANT integer := grid.number_of('address_tries', '');
    flood CONSTANT interval := make_interval(mins => grid.number_of('address_window_minutes', ''));
    known grid.account;
    since timestamptz; last_at timestamptz; open_at timestamptz; moment timestamptz;
    failed integer;
BEGIN
    PERFORM pg_advisory_xact_lock(grid.lock_number('sign_in'), hashtext(mark));
    moment := clock_timestamp();
    SELECT * INTO known FROM grid.account AS a WHERE a.login = lower(btrim(as_login));
    -- a new password forgives everybody, a sign-in only where it was made; a provider's word says nothing of passwords
    since := greatest(moment - make_interval(mins => grid.number_of('sign_in_window_minutes', '')),
        (SELECT max(a.at) FROM grid.audit AS a WHERE a.row_key = mark AND (a.action = 'password_set'
            OR a.action = 'signed_in' AND a.after ->> 'how' <> 'oidc' AND a.after ->> 'device' IS NOT DISTINCT FROM own)));
    SELECT count(*), max(a.at) INTO failed, last_at FROM grid.audit AS a
    WHERE a.row_key = mark AND a.action = 'sign_in_tried' AND a.at > since AND a.after ->> 'device' IS NOT DISTINCT FROM own;
    IF failed >= free THEN
        open_at := last_at + make_interval(secs => least(grid.number_of('sign_in_pause_seconds', ''),
                                                         2 ^ least(failed - free + 1, 20)));
    END IF;
    state := 'wait';
    IF own IS NULL AND coalesce(open_at <= moment, true) THEN
        -- as many tries as there may be, less those that were good: the oldest of them has to be forgotten first
        SELECT a.at + flood INTO open_at FROM grid.audit AS a
        WHERE a.address = place AND a.at > moment - flood AND a.action = 'sign_in_tried'
        ORDER BY a.at DESC LIMIT 1 OFFSET most - 1 + (
            SELECT count(*) FROM grid.audit AS g WHERE g.address = place AND g.at > moment - flood AND g.action = 'signed_in');
        state := 'busy';
    END IF;
    IF open_at > moment THEN
        wait_seconds := ceil(extract(epoch FROM open_at - moment));
    ELSE
        INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
        VALUES (known.login, session_user, place, 'sign_in_tried', mark, CASE WHEN own IS NOT NULL THEN jsonb_build_object('device', own) END);
        state := 'ask';
        password_hash := CASE WHEN NOT known.disabled THEN known.password_hash END;
    END IF;
    RETURN NEXT;
END $$;

-- How a try at a password ended: 'sign_in_failed', or 'signed_in' where it was asked for again; a sign-in that begins a
-- session is noted with it (grid.begin_session).
CREATE OR REPLACE FUNCTION grid.sign_in_ended(as_login text, action text, how text, device text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    SELECT (SELECT a.login FROM grid.account AS a WHERE a.login = lower(btrim(as_login))), session_user,
           coalesce(grid.asked_from(), '-'), action, grid.login_mark(as_login),
           jsonb_strip_nulls(jsonb_build_object('how', how, 'device', grid.device_mark(as_login, device)))
    WHERE (action, how) IN (('sign_in_failed', 'password'), ('sign_in_failed', 'nothing_open'),
                            ('signed_in', 'password change'));
$$;

-- The account another provider's subject belongs to.
CREATE OR REPLACE FUNCTION grid.login_of_subject(subject text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.login FROM grid.account AS a WHERE a.oidc_subject = subject AND NOT a.disabled
$$;

-- The own password, new; every session of the account ends, the present one too: the next one begins with it.
CREATE OR REPLACE FUNCTION grid.set_own_password(new_hash text) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.account SET password_hash = new_hash WHERE login = grid.acting() AND NOT disabled RETURNING true
$$;
-- Signing in is the door's alone (DECISIONS 69): whoever runs SQL of his own in a page has no hash and sets none.
REVOKE EXECUTE ON FUNCTION grid.login_mark(text), grid.device_mark(text, text), grid.sign_in_try(text, text),
    grid.sign_in_ended(text, text, text, text), grid.login_of_subject(text), grid.set_own_password(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.sign_in_try(text, text), grid.sign_in_ended(text, text, text, text),
    grid.login_of_subject(text), grid.set_own_password(text) TO grid_door;

CREATE OR REPLACE FUNCTION grid.note_password() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, row_key)
    VALUES (grid.signed_in(), session_user, grid.asked_from(), 'password_set',
            grid.login_mark(NEW.login));
    RETURN NULL;
END $$;
CREATE TRIGGER note_password AFTER UPDATE OF password_hash ON grid.account FOR EACH ROW
    WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash) EXECUTE FUNCTION grid.note_password();
