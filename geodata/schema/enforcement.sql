-- 行政检查: with which cards one is made, and how many an enterprise bears in a year (domain §13). Two samplers.

-- What the rule of a key without scope says on a day; NULL before its first row.
CREATE OR REPLACE FUNCTION grid.rule_said(rule_key text, as_of date) RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT r.value FROM grid.rule AS r WHERE r.key = rule_key AND r.scope = '' AND r.from_on <= as_of
    ORDER BY r.from_on DESC LIMIT 1
$$;
-- How many checks the cap of a day allows in its calendar year; NULL: no cap was in force.
CREATE OR REPLACE FUNCTION grid.check_cap_on(as_of date) RETURNS integer LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT (grid.rule_said('checks_a_year', as_of) #>> '{}')::integer
$$;
-- Whether the body on a card is one that may check enterprises: its name ends as one of the rule's words.
CREATE OR REPLACE FUNCTION grid.body_may_check(body text, as_of date) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT EXISTS (SELECT FROM jsonb_array_elements_text(grid.rule_said('check_bodies', as_of)) AS w (ending)
                   WHERE right(body, length(w.ending)) = w.ending)
$$;

-- Every fault of the officers and cards of an administrative check: its word, and what it is about. The file's checks and
-- the table's trigger ask here, so that neither lets through what the other refuses. An officer who holds posts in the grid
-- on that day and none that carries the permission is one of those who may never check (网格员, 协管员).
CREATE OR REPLACE FUNCTION grid.check_faults(on_day date, person text, in_role text, officers text[], cards text[])
RETURNS TABLE (fault text, detail text)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    WITH pair AS MATERIALIZED (
        SELECT u.place, u.officer, u.card_no, n.person_no IS NOT NULL AS known, coalesce(n.name, u.officer) AS name, c.body,
               concat_ws(' ', coalesce(n.name, u.officer), u.card_no) AS said
        FROM unnest(officers, cards) WITH ORDINALITY AS u (officer, card_no, place)
        LEFT JOIN grid.person AS n ON n.person_no = u.officer
        LEFT JOIN grid.enforcement_card AS c ON c.card_no = u.card_no AND c.person_no = u.officer
                                             AND on_day BETWEEN c.issued_on AND c.expires_on
    ), carded AS (
        SELECT p.*, (SELECT max(c.expires_on) FROM grid.enforcement_card AS c
                     WHERE c.card_no = p.card_no AND c.person_no = p.officer AND c.expires_on < on_day) AS ended,
               (SELECT min(c.issued_on) FROM grid.enforcement_card AS c
                WHERE c.card_no = p.card_no AND c.person_no = p.officer AND c.issued_on > on_day) AS begins,
               EXISTS (SELECT FROM grid.enforcement_card AS c WHERE c.card_no = p.card_no) AS registered
        FROM pair AS p
    )
    SELECT 'check_one_officer', officers[1] WHERE cardinality(officers) = 1
    UNION ALL SELECT 'check_officer_twice', min(name) FROM pair WHERE officer IS NOT NULL GROUP BY officer HAVING count(*) > 1
    UNION ALL SELECT 'check_card_each', concat(cardinality(officers), ' / ', cardinality(cards))
              WHERE cardinality(officers) <> cardinality(cards)
    UNION ALL SELECT 'check_not_among', person WHERE person <> ALL (officers)
    UNION ALL SELECT 'check_role', in_role WHERE NOT EXISTS (
        SELECT FROM grid.permission_grant AS g WHERE g.role = in_role AND g.permission = 'record_administrative_check')
    UNION ALL SELECT 'check_officer_unknown', officer FROM pair WHERE NOT known AND officer IS NOT NULL
    UNION ALL SELECT 'check_officer_post', name FROM pair
        WHERE EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = pair.officer AND p.valid @> on_day)
          AND NOT EXISTS (SELECT FROM grid.post AS p JOIN grid.permission_grant AS g USING (role)
                          WHERE p.person_no = pair.officer AND p.valid @> on_day
                            AND g.permission = 'record_administrative_check')
    UNION ALL SELECT CASE WHEN NOT registered THEN 'check_card_unknown' WHEN ended IS NOT NULL THEN 'check_card_expired'
                          WHEN begins IS NOT NULL THEN 'check_card_not_yet' ELSE 'check_card_of_another' END,
                     concat_ws(' ', said, coalesce(ended, begins))
              FROM carded WHERE known AND card_no IS NOT NULL AND body IS NULL
    UNION ALL SELECT 'check_body', concat_ws(' ', said, body) FROM pair
              WHERE body IS NOT NULL AND NOT grid.body_may_check(body, on_day)
$$;

-- How often a subject was checked in the calendar year of a day, up to that day, against the cap of that day: the one count
-- of page, work list and refusal. A check counts when it took place; planned ones past the cap of their own day apart.
CREATE OR REPLACE FUNCTION grid.check_meter_on(as_of date)
RETURNS TABLE (subject_id text, checks bigint, caused bigint, planned_past bigint, first_past date, last_past date, cap integer)
LANGUAGE sql STABLE AS $$
    SELECT c.subject_id, count(*), count(*) FILTER (WHERE c.check_origin <> 'plan'),
           count(*) FILTER (WHERE c.past), min(c.visited_on) FILTER (WHERE c.past), max(c.visited_on) FILTER (WHERE c.past),
           grid.check_cap_on(as_of)
    FROM (SELECT v.subject_id, v.visited_on, v.check_origin,
                 v.check_origin = 'plan' AND row_number() OVER (
                     PARTITION BY v.subject_id ORDER BY v.visited_on, v.visit_no) > grid.check_cap_on(v.visited_on) AS past
          FROM grid.visit AS v
          WHERE v.kind = 'administrative_check' AND v.outcome = 'completed'
            AND v.visited_on >= date_trunc('year', as_of)::date AND v.visited_on <= as_of) AS c
    GROUP BY c.subject_id
$$;

-- Nothing is a check of an enterprise but what the law asks for; a planned one not past the cap, whoever enters it. What has
-- a cause is recorded past it too, and counted. Checks of one subject wait for each other; of those of one day, what was
-- there before this load came before it, whatever its number. A planned check that is there is not asked again when
-- something else of it is corrected: one that came later, of an earlier day, may have pushed it past the cap.
CREATE OR REPLACE FUNCTION grid.ask_of_check() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    v grid.visit;
    wrong record;
    before_it bigint;
BEGIN
    SELECT * INTO v FROM grid.visit WHERE visit_no = NEW.visit_no AND kind = 'administrative_check';
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    SELECT * INTO wrong FROM grid.check_faults(v.visited_on, v.person_no, v.visitor_role, v.officers, v.card_nos) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION '%', wrong.fault USING ERRCODE = 'check_violation', CONSTRAINT = wrong.fault, DETAIL = wrong.detail,
            SCHEMA = 'grid', TABLE = 'visit';
    END IF;
    IF v.check_origin = 'plan' AND v.outcome = 'completed' AND NOT (
        TG_OP = 'UPDATE' AND (OLD.subject_id, OLD.visited_on, OLD.kind, OLD.outcome, OLD.check_origin)
                             IS NOT DISTINCT FROM (v.subject_id, v.visited_on, v.kind, v.outcome, v.check_origin)) THEN
        PERFORM FROM grid.subject WHERE subject_id = v.subject_id FOR NO KEY UPDATE;
        SELECT count(*) INTO before_it FROM grid.visit AS o
        WHERE o.kind = 'administrative_check' AND o.outcome = 'completed' AND o.subject_id = v.subject_id
          AND o.visited_on >= date_trunc('year', v.visited_on)::date
          AND (o.visited_on < v.visited_on
               OR o.visited_on = v.visited_on AND o.visit_no <> v.visit_no
                  AND (o.batch_id IS DISTINCT FROM v.batch_id OR o.visit_no < v.visit_no));
        IF before_it >= grid.check_cap_on(v.visited_on) THEN
            RAISE EXCEPTION 'check_past_cap' USING ERRCODE = 'check_violation', CONSTRAINT = 'check_past_cap',
                DETAIL = format('%s / %s', before_it, grid.check_cap_on(v.visited_on)), SCHEMA = 'grid', TABLE = 'visit';
        END IF;
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER lawful_check
    AFTER INSERT OR UPDATE OF kind, outcome, visited_on, person_no, visitor_role, officers, card_nos, check_origin
    ON grid.visit DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW WHEN (NEW.kind = 'administrative_check')
    EXECUTE FUNCTION grid.ask_of_check();

-- A card that checks stand on is neither taken away nor made somebody else's or shorter than they need.
CREATE OR REPLACE FUNCTION grid.ask_of_card() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE bare text;
BEGIN
    SELECT v.visit_no INTO bare FROM grid.visit AS v
    WHERE v.kind = 'administrative_check' AND v.card_nos @> ARRAY[OLD.card_no]
      AND v.visited_on BETWEEN OLD.issued_on AND OLD.expires_on
      AND EXISTS (SELECT FROM grid.check_faults(v.visited_on, v.person_no, v.visitor_role, v.officers, v.card_nos)
                  WHERE fault IN ('check_card_unknown', 'check_card_expired', 'check_card_not_yet', 'check_card_of_another',
                                  'check_body'))
    ORDER BY v.visit_no LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'card_in_use' USING ERRCODE = 'check_violation', CONSTRAINT = 'card_in_use',
            DETAIL = concat_ws(' ', OLD.card_no, bare), SCHEMA = 'grid', TABLE = 'enforcement_card';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER card_in_use AFTER UPDATE OR DELETE ON grid.enforcement_card
    DEFERRABLE INITIALLY IMMEDIATE FOR EACH ROW EXECUTE FUNCTION grid.ask_of_card();

-- How many samplers a sample of a day needs: none where the subject tests itself, or where the kept part of an earlier
-- sample is tested again and nothing is drawn.
CREATE OR REPLACE FUNCTION grid.samplers_needed(sampled_on date, purpose text, retest_of text) RETURNS integer
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN purpose = 'self_check' OR retest_of IS NOT NULL THEN 0
                ELSE coalesce((grid.rule_said('samplers', sampled_on) #>> '{}')::integer, 0) END
$$;
-- A sample recorded when one name was enough stays as it is, also when something else of it is corrected.
CREATE OR REPLACE FUNCTION grid.ask_for_samplers() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE alone text;
BEGIN
    IF TG_OP = 'INSERT' THEN
        SELECT f.sample_no INTO alone FROM fresh AS f
        WHERE f.second_person_no IS NULL AND grid.samplers_needed(f.sampled_on, f.purpose, f.retest_of) > 1
        ORDER BY f.sample_no LIMIT 1;
    ELSE
        SELECT f.sample_no INTO alone FROM fresh AS f JOIN was AS w USING (sample_no)
        WHERE f.second_person_no IS NULL AND grid.samplers_needed(f.sampled_on, f.purpose, f.retest_of) > 1
          AND (w.second_person_no, w.sampled_on, w.purpose, w.retest_of)
              IS DISTINCT FROM (f.second_person_no, f.sampled_on, f.purpose, f.retest_of)
        ORDER BY f.sample_no LIMIT 1;
    END IF;
    IF alone IS NOT NULL THEN
        RAISE EXCEPTION 'sampler_missing' USING ERRCODE = 'check_violation', CONSTRAINT = 'sampler_missing',
            DETAIL = alone, SCHEMA = 'grid', TABLE = 'sample';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER two_samplers AFTER INSERT ON grid.sample REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.ask_for_samplers();
CREATE TRIGGER two_samplers_still AFTER UPDATE ON grid.sample REFERENCING OLD TABLE AS was NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.ask_for_samplers();

REVOKE EXECUTE ON FUNCTION grid.check_faults(date, text, text, text[], text[]) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.check_faults(date, text, text, text[], text[]) TO grid_load;
