-- What people may write through the application, role by role (domain §1, §11.12). Loads use the owner.

-- An entry by hand is a batch like any load, so that it has a who and a when and can be taken back.
CREATE FUNCTION grid.hand_batch(of_kind text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by, rows_read, rows_new)
    SELECT of_kind, '', '', grid.signed_in(), 1, 1
    WHERE grid.signed_in() IS NOT NULL AND EXISTS (SELECT FROM grid.my_posts())
    RETURNING id
$$;

-- Accounts: the administrator's.
GRANT INSERT (login, person_no, password_hash, oidc_subject), UPDATE (password_hash, oidc_subject, disabled)
    ON grid.account TO grid_app;
CREATE POLICY administrator_adds ON grid.account FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.holds('administrator')));
CREATE POLICY administrator_changes ON grid.account FOR UPDATE TO grid_app
    USING ((SELECT grid.holds('administrator')));

-- Posts: the section manages them; those of the office that keeps the system are the administrator's to give, or
-- somebody could give the own account more than it has.
GRANT INSERT (post_no, person_no, role, unit_code, subject_id, acting_for, document_no, valid, batch_id), UPDATE (valid)
    ON grid.post TO grid_app;
CREATE POLICY section_gives ON grid.post FOR INSERT TO grid_app WITH CHECK ((SELECT grid.holds('administrator'))
    OR (SELECT grid.holds('section_head')) AND role NOT IN ('data_steward', 'administrator'));
CREATE POLICY section_ends ON grid.post FOR UPDATE TO grid_app USING ((SELECT grid.holds('administrator'))
    OR (SELECT grid.holds('section_head')) AND role NOT IN ('data_steward', 'administrator'));
-- A post is ended, never stretched: who answered in between is not for the application to rewrite.
CREATE FUNCTION grid.only_shorter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user IN ('grid_app', 'grid_all') AND NOT OLD.valid @> NEW.valid THEN
        RAISE EXCEPTION 'a post can only be ended' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_shorter BEFORE UPDATE OF valid ON grid.post FOR EACH ROW EXECUTE FUNCTION grid.only_shorter();

-- Rules: history is judged by the rule of its day, so only days to come (today included) can be ruled on, and only a rule
-- that has not come into force can be taken back.
GRANT INSERT, DELETE ON grid.rule TO grid_app;
CREATE POLICY section_rules ON grid.rule FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.holds('section_head', 'administrator')) AND from_on >= (now() AT TIME ZONE 'Asia/Shanghai')::date);
CREATE POLICY section_withdraws ON grid.rule FOR DELETE TO grid_app
    USING ((SELECT grid.holds('section_head', 'administrator')) AND from_on > (now() AT TIME ZONE 'Asia/Shanghai')::date);

-- Visits and findings: an assistant may record a patrol or guidance in the own village under the own name, never a
-- supervision check, a rectification notice or anything after it; a station may in the own town; the section everywhere.
-- A role counts only where it is held: a supervisor of one town who assists in another town's village is an assistant there.
CREATE FUNCTION grid.answers_for(unit text, VARIADIC roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE up AS (
        SELECT unit AS code UNION SELECT v.parent_code FROM grid.unit_place AS v JOIN up ON v.code = up.code
    )
    SELECT EXISTS (SELECT FROM grid.my_posts() AS p JOIN up ON up.code = p.unit_code WHERE p.role = ANY (roles))
$$;
CREATE FUNCTION grid.reaches(of_subject text, VARIADIC roles text[]) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT coalesce((SELECT grid.answers_for(s.village_code, VARIADIC roles) FROM grid.subject AS s
                     WHERE s.subject_id = of_subject), false)
$$;
-- A private mobile is for the section and for the supervisors of the own chain (PIPL art 6 and 25).
CREATE OR REPLACE FUNCTION grid.private_mobile(of_person text) RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT p.private_mobile FROM grid.person AS p
    CROSS JOIN (SELECT array_agg(role) AS roles FROM grid.my_posts()) AS mine
    WHERE p.person_no = of_person AND (
        'section_head' = ANY (mine.roles)
        OR mine.roles && ARRAY['station_head', 'supervisor'] AND EXISTS (
            SELECT FROM grid.post AS held LEFT JOIN grid.subject AS s USING (subject_id)
            WHERE held.person_no = of_person AND held.valid @> (now() AT TIME ZONE 'Asia/Shanghai')::date
              -- whoever holds nothing else has the area of these posts, which is worked out already
              AND CASE WHEN mine.roles <@ ARRAY['station_head', 'supervisor', 'lab_tester']
                       THEN coalesce(held.unit_code, s.village_code) = ANY (grid.my_area())
                       ELSE grid.answers_for(coalesce(held.unit_code, s.village_code), 'station_head', 'supervisor') END))
$$;
CREATE FUNCTION grid.my_person() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT a.person_no FROM grid.account AS a WHERE a.login = grid.signed_in() AND NOT a.disabled
$$;
-- Whether a batch was opened by whoever writes into it, in this very transaction.
-- Not STABLE: the batch may have been opened by the statement that asks.
CREATE FUNCTION grid.own_batch(batch integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.load_batch AS b
                   WHERE b.id = batch AND b.loaded_by = grid.signed_in() AND b.loaded_at = now())
$$;
GRANT INSERT ON grid.visit, grid.finding TO grid_app;
CREATE POLICY own_visit ON grid.visit FOR INSERT TO grid_app WITH CHECK (
    person_no = (SELECT grid.my_person())
    AND visitor_role IN ('section_head', 'station_head', 'supervisor', 'assistant')
    AND grid.reaches(subject_id, visitor_role) AND grid.own_batch(batch_id)
    AND visited_on <= (now() AT TIME ZONE 'Asia/Shanghai')::date
    AND (visitor_role <> 'assistant' OR kind IN ('patrol', 'guidance')));
-- A finding hangs on a visit to the same subject, an assistant's on one of his own.
CREATE POLICY own_finding ON grid.finding FOR INSERT TO grid_app WITH CHECK (
    grid.own_batch(batch_id)
    AND (visit_no IS NULL OR EXISTS (SELECT FROM grid.visit AS v
                                     WHERE v.visit_no = finding.visit_no AND v.subject_id = finding.subject_id))
    AND (grid.reaches(subject_id, 'section_head', 'station_head', 'supervisor')
         OR grid.reaches(subject_id, 'assistant')
            AND (visit_no IS NULL OR EXISTS (SELECT FROM grid.visit AS v WHERE v.visit_no = finding.visit_no
                                             AND v.person_no = (SELECT grid.my_person())))
            AND coalesce(ordered_on, rectified_on, recheck_requested_on, closed_on, escalated_on) IS NULL));

-- What is added by hand is noted one by one; what a load adds is known by its batch.
DO $$ DECLARE t text[]; BEGIN
    FOREACH t SLICE 1 IN ARRAY ARRAY[['post', 'post_no'], ['visit', 'visit_no'], ['finding', 'finding_no']] LOOP
        EXECUTE format('CREATE TRIGGER note_addition AFTER INSERT ON grid.%I FOR EACH ROW
                        WHEN (grid.signed_in() IS NOT NULL) EXECUTE FUNCTION grid.note_change(%L)', t[1], t[2]);
    END LOOP;
END $$;

-- Who can see what, for an auditor: every account with every post that opens something, and what it opens today.
CREATE FUNCTION grid.who_sees_what()
RETURNS TABLE (login text, person_no text, person_name text, disabled boolean, role text, unit_code text, unit_name text,
               from_on date, to_on date, in_force boolean, towns bigint, villages bigint, subjects bigint,
               last_signed_in timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH RECURSIVE day AS (SELECT (now() AT TIME ZONE 'Asia/Shanghai')::date AS today),
    held AS (
        SELECT a.login, a.person_no, n.name, a.disabled, p.role, p.unit_code, p.valid,
               p.valid @> (SELECT today FROM day) AND NOT a.disabled AS in_force
        FROM grid.account AS a JOIN grid.person AS n USING (person_no)
        LEFT JOIN grid.post AS p ON p.person_no = a.person_no AND p.unit_code IS NOT NULL
    ), below AS (
        SELECT DISTINCT unit_code AS root, unit_code AS code FROM held WHERE unit_code IS NOT NULL
        UNION SELECT b.root, v.code FROM grid.unit_place AS v JOIN below AS b ON v.parent_code = b.code
    ), area AS (
        SELECT b.root, count(*) FILTER (WHERE u.level = 'town') AS towns,
               count(*) FILTER (WHERE u.level = 'village') AS villages,
               sum((SELECT count(*) FROM grid.subject AS s WHERE s.village_code = b.code))::bigint AS subjects
        FROM below AS b JOIN grid.unit AS u USING (code) GROUP BY b.root
    )
    SELECT h.login, h.person_no, h.name, h.disabled, h.role, h.unit_code,
           (SELECT u.name FROM grid.unit_version AS u WHERE u.code = h.unit_code ORDER BY upper_inf(u.valid) DESC,
            upper(u.valid) DESC LIMIT 1),
           lower(h.valid), upper(h.valid) - 1, coalesce(h.in_force, false),
           CASE WHEN h.role = 'lab_tester' THEN 0 ELSE a.towns END, CASE WHEN h.role = 'lab_tester' THEN 0 ELSE a.villages END,
           CASE WHEN h.role = 'lab_tester' THEN 0 ELSE a.subjects END,
           (SELECT max(t.at) FROM grid.audit AS t WHERE t.row_key = grid.login_mark(h.login) AND t.action = 'signed_in')
    FROM held AS h LEFT JOIN area AS a ON a.root = h.unit_code
    WHERE grid.holds('administrator')
    ORDER BY h.login, h.in_force DESC NULLS LAST, lower(h.valid) DESC, h.role
$$;

-- Triggers that write where the application has no right to.
ALTER FUNCTION grid.note_revision() SECURITY DEFINER SET search_path = grid, public, pg_temp;
ALTER FUNCTION grid.freeze_chain() SECURITY DEFINER SET search_path = grid, public, pg_temp;
