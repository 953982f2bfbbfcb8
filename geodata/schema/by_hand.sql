-- Visits, findings and posts as people enter them through the application, role by role (domain §1, §11.12).

-- An entry by hand is a batch like any load, so that it has a who and a when and can be taken back. It is closed at once:
-- it is one row, and a change of it later stands in the way of taking it back.
CREATE OR REPLACE FUNCTION grid.hand_batch(of_kind text) RETURNS integer
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    INSERT INTO grid.load_batch (kind, file_name, file_sha256, loaded_by, rows_read, rows_new, closed_at)
    SELECT of_kind, '', '', grid.acting(), 1, 1, clock_timestamp()
    WHERE grid.acting() IS NOT NULL AND EXISTS (SELECT FROM grid.my_posts())
    RETURNING id
$$;
-- Whether a batch was opened by whoever writes into it, in this very transaction.
-- Not STABLE: the batch may have been opened by the statement that asks.
CREATE OR REPLACE FUNCTION grid.own_batch(batch integer) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.load_batch AS b
                   WHERE b.id = batch AND b.loaded_by = grid.signed_in() AND b.loaded_at = now())
$$;
REVOKE EXECUTE ON FUNCTION grid.hand_batch(text), grid.own_batch(integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.hand_batch(text), grid.own_batch(integer) TO grid_app, grid_all;

-- Visits and findings: an assistant may record a patrol, guidance or an information report in the own village under the
-- own name, never a re-check, an administrative check, a rectification notice or anything after it; a station may in the own
-- town; the section everywhere. An administrative check asks for the officers' cards beside (enforcement.sql).
CREATE OR REPLACE FUNCTION grid.right_of_visit(kind text) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT CASE WHEN kind IN ('patrol', 'guidance', 'information_report') THEN 'record_patrol'
                WHEN kind = 'recheck' THEN 'record_recheck' ELSE 'record_administrative_check' END
$$;
GRANT INSERT ON grid.visit, grid.finding TO grid_app;
CREATE POLICY own_visit ON grid.visit FOR INSERT TO grid_app WITH CHECK (
    person_no = (SELECT grid.my_person())
    AND grid.may_at_subject(grid.right_of_visit(kind), subject_id, as_role => visitor_role)
    AND grid.own_batch(batch_id)
    AND visited_on <= grid.today());
-- A finding hangs on a visit to the same subject, an assistant's on one of his own; what follows it is ordered by few.
CREATE POLICY own_finding ON grid.finding FOR INSERT TO grid_app WITH CHECK (
    grid.own_batch(batch_id)
    AND (visit_no IS NULL OR EXISTS (SELECT FROM grid.visit AS v
                                     WHERE v.visit_no = finding.visit_no AND v.subject_id = finding.subject_id))
    AND grid.may_at_subject('record_finding', subject_id, own_row =>
            visit_no IS NULL OR EXISTS (SELECT FROM grid.visit AS v WHERE v.visit_no = finding.visit_no
                                        AND v.person_no = (SELECT grid.my_person())))
    AND (coalesce(ordered_on, rectified_on, recheck_requested_on, closed_on, escalated_on) IS NULL
         OR grid.may_at_subject('order_rectification', subject_id)));

-- Posts: the section manages them; those of the office that keeps the system are the administrator's to give, or
-- somebody could give the own account more than it has.
GRANT INSERT (post_no, person_no, role, unit_code, subject_id, acting_for, document_no, valid, batch_id), UPDATE (valid)
    ON grid.post TO grid_app;
CREATE POLICY section_gives ON grid.post FOR INSERT TO grid_app
    WITH CHECK (role = ANY ((SELECT grid.gives())::text[]));
CREATE POLICY section_ends ON grid.post FOR UPDATE TO grid_app
    USING (role = ANY ((SELECT grid.gives())::text[]));
-- A post is ended, never stretched: who answered in between is not for the application to rewrite.
CREATE OR REPLACE FUNCTION grid.only_shorter() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user IN ('grid_app', 'grid_all') AND NOT OLD.valid @> NEW.valid THEN
        RAISE EXCEPTION 'a post can only be ended' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER only_shorter BEFORE UPDATE OF valid ON grid.post FOR EACH ROW EXECUTE FUNCTION grid.only_shorter();

-- Any other table that is entered by hand (@facts(by_hand=True, write=…)): whoever may write where the row belongs, under
-- a batch of the own and not dated ahead. Tables with a rule of their own above keep that rule alone.
CREATE OR REPLACE FUNCTION grid.writing_asks(f grid.fact_table) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE WHEN f.place IN ('code', 'unit_code', 'village_code') THEN format('grid.may_at(%L, %I)', f.write, f.place)
                WHEN f.place = 'subject_id' THEN format('grid.may_at_subject(%L, subject_id)', f.write)
                WHEN f.place = 'sample_no' THEN format('grid.may_at(%L, (SELECT s.village_code FROM grid.sample AS s
                                                        WHERE s.sample_no = %I.sample_no))', f.write, f.table_name)
                ELSE format('(SELECT grid.may_everywhere(%L))', f.write) END
        || CASE WHEN f.undoable THEN ' AND grid.own_batch(batch_id)' ELSE '' END
        || coalesce(format(' AND %I <= grid.today()', f.on_column), '')
$$;
CREATE OR REPLACE FUNCTION grid.open_to_entries(f grid.fact_table, rel regclass) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('GRANT INSERT ON %s TO grid_app', rel);
    EXECUTE format('CREATE POLICY entered ON %s FOR INSERT TO grid_app WITH CHECK (%s)', rel, grid.writing_asks(f));
END $$;
REVOKE EXECUTE ON FUNCTION grid.writing_asks(grid.fact_table), grid.open_to_entries(grid.fact_table, regclass) FROM PUBLIC;

SELECT grid.open_to_entries(f, rel)
FROM grid.fact_table AS f CROSS JOIN LATERAL (SELECT format('grid.%I', f.table_name)::regclass) AS t (rel)
WHERE f.by_hand AND NOT EXISTS (SELECT FROM pg_policy AS p WHERE p.polrelid = rel AND p.polcmd = 'a'
                                AND 'grid_app'::regrole = ANY (p.polroles))
ORDER BY f.table_name;
