-- Who is asking, and how often somebody may try. Tries are counted in the audit trail: one fact, one place.

ALTER TABLE grid.account DROP COLUMN failures, DROP COLUMN locked_until;
CREATE INDEX ix_audit_row_key_at ON grid.audit (row_key, at);
CREATE INDEX ix_audit_address_at ON grid.audit (address, at);

INSERT INTO grid.rule (key, scope, from_on, value, source) VALUES
    ('sign_in_window_minutes', '', '2000-01-01', '15', 'proposal: how long a failed try to sign in counts'),
    ('sign_in_tries', 'address', '2000-01-01', '30', 'proposal: failed tries from one address, whatever the account'),
    ('sign_in_tries', 'account', '2000-01-01', '20', 'proposal: failed tries at one account, from wherever'),
    ('sign_in_tries', 'both', '2000-01-01', '5', 'proposal: failed tries at one account from one address');

-- A login as the audit trail knows it, so that a password typed into the wrong field is not kept.
CREATE FUNCTION grid.login_mark(login text) RETURNS text LANGUAGE sql IMMUTABLE STRICT AS $$
    SELECT left(encode(sha256(convert_to(lower(btrim(login)), 'UTF8')), 'hex'), 32)
$$;

-- The unit posts an account holds today; my_posts() is the same for whoever is signed in.
CREATE FUNCTION grid.posts_of(of_login text) RETURNS TABLE (role text, unit_code text, unit_level text, valid daterange)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.role, p.unit_code, p.unit_level, p.valid FROM grid.account AS a JOIN grid.post AS p USING (person_no)
    WHERE a.login = of_login AND NOT a.disabled AND p.unit_code IS NOT NULL
      AND p.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
$$;
REVOKE EXECUTE ON FUNCTION grid.posts_of FROM PUBLIC;
CREATE OR REPLACE FUNCTION grid.my_posts() RETURNS TABLE (role text, unit_code text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT role, unit_code FROM grid.posts_of(grid.signed_in())
$$;

-- Where a unit stands today, and one that has ended where it stood last: what a post opens follows this tree alone, so a
-- village that went to another town is that town's from then on.
CREATE VIEW grid.unit_place AS
SELECT v.code, v.parent_code FROM grid.unit_version AS v
WHERE v.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date OR NOT EXISTS (
    SELECT FROM grid.unit_version AS o WHERE o.code = v.code
    AND (o.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
         OR coalesce(lower(o.valid), '-infinity') > coalesce(lower(v.valid), '-infinity')));

-- Whoever is signed in, in one look: name, posts of today, the units the account is at home in (none for those who see
-- all), and the units above those. No row for an unknown or disabled account.
CREATE FUNCTION grid.visitor()
RETURNS TABLE (login text, person_no text, name text, epoch integer, posts jsonb, sees_all boolean, home text[],
               above text[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH post AS (SELECT * FROM grid.posts_of(grid.signed_in())),
    own AS (SELECT DISTINCT unit_code AS code FROM post WHERE role <> 'lab_tester'),
    over AS (SELECT v.parent_code AS code, own.code AS below FROM grid.unit_place AS v JOIN own USING (code)
             WHERE v.parent_code IS NOT NULL),
    lowest AS (SELECT code FROM own WHERE NOT EXISTS (
        SELECT FROM over JOIN own AS upper_one ON upper_one.code = over.code WHERE over.below = own.code))
    SELECT a.login, a.person_no, p.name, a.epoch,
           coalesce((SELECT jsonb_agg(jsonb_build_object('role', role, 'unit_code', post.unit_code, 'unit_level',
                     unit_level, 'from_on', lower(valid), 'to_on', upper(valid) - 1,
                     'unit_name', (SELECT u.name FROM grid.unit_version AS u WHERE u.code = post.unit_code
                                   AND u.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date))
                     ORDER BY post.unit_code, role) FROM post), '[]'),
           grid.sees_all(),
           CASE WHEN grid.sees_all() THEN '{}' ELSE coalesce((SELECT array_agg(code ORDER BY code) FROM lowest), '{}') END,
           coalesce((SELECT array_agg(code ORDER BY code) FROM unnest(grid.my_superiors()) AS code
                     WHERE NOT code = ANY (grid.my_area())), '{}')
    FROM grid.account AS a JOIN grid.person AS p USING (person_no)
    WHERE a.login = grid.signed_in() AND NOT a.disabled
$$;

-- A try to sign in, noted before the password is looked at, so that many at once cannot slip through together. The hash
-- comes back only to be compared; state says whether it may be: 'ask', 'locked' (this login), 'busy' (this address).
-- Unknown logins are counted like known ones: nobody learns from the answer which exist.
CREATE FUNCTION grid.sign_in_try(as_login text) RETURNS TABLE (state text, password_hash text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    mark CONSTANT text := grid.login_mark(as_login);
    place CONSTANT text := coalesce(nullif(current_setting('grid.address', true), ''), '-');
    since CONSTANT timestamptz := clock_timestamp() - make_interval(mins => grid.number_of('sign_in_window_minutes', ''));
    known grid.account;
    fresh timestamptz;
    at_both integer; at_account integer; at_address integer;
BEGIN
    PERFORM pg_advisory_xact_lock(220602, hashtext(mark));
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

-- The number a rule gives today.
CREATE FUNCTION grid.number_of(rule_key text, rule_scope text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT (value #>> '{}')::integer FROM grid.rule_on((now() AT TIME ZONE 'Asia/Shanghai')::date)
    WHERE key = rule_key AND scope = rule_scope
$$;

-- How the try ended: 'signed_in' or 'sign_in_failed'; also sign-ins that another provider vouches for.
-- Signing out ends every session of the account: a copied cookie opens nothing any more.
CREATE FUNCTION grid.sign_in_ended(as_login text, action text, how text) RETURNS void
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.audit (login, db_role, address, action, row_key, after)
    SELECT (SELECT a.login FROM grid.account AS a WHERE a.login = lower(btrim(as_login))), session_user,
           coalesce(nullif(current_setting('grid.address', true), ''), '-'), action, grid.login_mark(as_login),
           jsonb_build_object('how', how)
    WHERE action IN ('signed_in', 'sign_in_failed', 'signed_out');
    UPDATE grid.account AS a SET epoch = a.epoch + 1
    WHERE action = 'signed_out' AND a.login = lower(btrim(as_login)) AND a.login = grid.signed_in();
$$;

-- The account another provider's subject belongs to.
CREATE FUNCTION grid.login_of_subject(subject text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.login FROM grid.account AS a WHERE a.oidc_subject = subject AND NOT a.disabled
$$;

-- A new password or a lock ends every older session.
CREATE FUNCTION grid.end_sessions() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.password_hash IS DISTINCT FROM OLD.password_hash OR NEW.disabled <> OLD.disabled THEN
        NEW.epoch := OLD.epoch + 1;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER end_sessions BEFORE UPDATE ON grid.account FOR EACH ROW EXECUTE FUNCTION grid.end_sessions();
CREATE FUNCTION grid.note_password() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    INSERT INTO grid.audit (login, db_role, address, action, row_key)
    VALUES (grid.signed_in(), session_user, nullif(current_setting('grid.address', true), ''), 'password_set',
            grid.login_mark(NEW.login));
    RETURN NULL;
END $$;
CREATE TRIGGER note_password AFTER UPDATE OF password_hash ON grid.account FOR EACH ROW
    WHEN (NEW.password_hash IS DISTINCT FROM OLD.password_hash) EXECUTE FUNCTION grid.note_password();

-- The own password: the hash there now, to be compared first; and the new one.
CREATE FUNCTION grid.own_password() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.password_hash FROM grid.account AS a WHERE a.login = grid.signed_in() AND NOT a.disabled
$$;
CREATE FUNCTION grid.set_own_password(new_hash text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    UPDATE grid.account SET password_hash = new_hash WHERE login = grid.signed_in() AND NOT disabled RETURNING epoch
$$;

-- What every page needs to know of the whole, whoever asks: the data's version, whether there are any, how old they are.
-- None of it is a fact about a place or a person.
CREATE FUNCTION grid.data_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT count(*) || ':' || coalesce(max(txid)::text, '') FROM grid.revision
$$;
CREATE FUNCTION grid.is_empty() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM grid.unit)
$$;
CREATE FUNCTION grid.has_accounts() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.account)
$$;
CREATE FUNCTION grid.data_as_of(as_of date) RETURNS date
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT greatest((SELECT max(visited_on) FROM grid.visit WHERE visited_on <= as_of),
                    (SELECT max(sampled_on) FROM grid.sample WHERE sampled_on <= as_of))
$$;
CREATE INDEX ix_sample_sampled_on ON grid.sample (sampled_on);

-- People seen by their visits are looked up one by one, not listed first.
CREATE INDEX ix_visit_person_no ON grid.visit (person_no);
CREATE INDEX ix_post_person_no ON grid.post (person_no);
DROP POLICY area ON grid.person;
CREATE POLICY area ON grid.person FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = person.person_no)
    OR EXISTS (SELECT FROM grid.visit AS v WHERE v.person_no = person.person_no));
DROP POLICY area ON grid.training;
CREATE POLICY area ON grid.training FOR SELECT TO grid_app USING ((SELECT grid.sees_all())
    OR EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = training.person_no));
