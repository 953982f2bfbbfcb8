-- What every registered table of facts gets (geodata/models, @facts). No table is named here: a better policy, run at the
-- next upgrade, reaches old tables too.

-- The condition under which whoever sees one area sees a row: by the unit, the subject or the sample it belongs to. The
-- functions stand in scalar sub-selects, so that a statement asks each of them once and not once a row.
CREATE OR REPLACE FUNCTION grid.seen_by_area(f grid.fact_table) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(f.seen_if, CASE f.place
        WHEN 'code' THEN 'code = ANY ((SELECT grid.my_area() || grid.my_superiors())::text[])'
        WHEN 'unit_code' THEN 'unit_code = ANY ((SELECT grid.my_area() || grid.my_superiors())::text[])'
        WHEN 'village_code' THEN 'village_code = ANY ((SELECT grid.my_area())::text[])'
        WHEN 'subject_id' THEN 'subject_id IN (SELECT subject_id FROM grid.subject)'
        WHEN 'sample_no' THEN format('EXISTS (SELECT FROM grid.sample AS s WHERE s.sample_no = %I.sample_no)', f.table_name)
        WHEN 'person_no' THEN format('EXISTS (SELECT FROM grid.post AS p WHERE p.person_no = %I.person_no)', f.table_name)
    END)
$$;

-- Row-level security: who reads. What nobody reads through the application (secret) is granted to no role of it.
CREATE OR REPLACE FUNCTION grid.open_to_readers(f grid.fact_table, rel regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE open_columns CONSTANT text := (
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
    WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attname <> ALL (f.secret));
BEGIN
    EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', rel);
    EXECUTE format('CREATE POLICY area ON %s FOR SELECT TO grid_app USING (%s)', rel, grid.seen_by_area(f));
    EXECUTE format('CREATE POLICY everything ON %s FOR SELECT TO grid_all USING ((SELECT %s))', rel, f.all_if);
    IF f.secret = '{}' THEN
        EXECUTE format('GRANT SELECT ON %s TO grid_app', rel);
    ELSE
        EXECUTE format('GRANT SELECT (%s) ON %s TO grid_app', open_columns, rel);
    END IF;
    EXECUTE format('GRANT SELECT (%s) ON %s TO grid_all', open_columns, rel);
END $$;

-- A load checks each row against all that is there, so it sees and writes facts of every area; whether somebody may load
-- at all is asked before. The condition is plainly true: a question there, even one asked once a statement, keeps the
-- planner from the indexes that the checks of a load stand on (shapes, ranges). Of what is no fact a load may know only
-- that it refers to a row (it stands on its batch), not what it says.
CREATE OR REPLACE FUNCTION grid.open_to_loads(f grid.fact_table, rel regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE referring CONSTANT text := (
    SELECT string_agg(DISTINCT quote_ident(a.attname), ', ') FROM pg_constraint AS k
    JOIN pg_attribute AS a ON a.attrelid = k.conrelid AND a.attnum = ANY (k.conkey)
    WHERE k.conrelid = rel AND k.contype = 'f' AND k.confdeltype <> 'c');
BEGIN
    IF f.loaded THEN
        EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %s TO grid_load', rel);
        EXECUTE format('CREATE POLICY loads ON %s TO grid_load USING (true) WITH CHECK (true)', rel);
    ELSIF referring IS NOT NULL THEN
        EXECUTE format('GRANT SELECT (%s) ON %s TO grid_load', referring, rel);
        EXECUTE format('CREATE POLICY loads ON %s FOR SELECT TO grid_load USING (true)', rel);
    END IF;
END $$;

-- What is written down when a row changes: the data's version, the audit trail, what undoing needs, the chain of the day.
-- Facts that arrive by the thousand are known by their load batch; only their changes and removals are noted one by one,
-- and what is added by hand.
CREATE OR REPLACE FUNCTION grid.keep_track(f grid.fact_table, rel regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE what text;
BEGIN
    IF f.revises THEN
        EXECUTE format('CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON %s
                        FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision()', rel);
    END IF;
    IF f.audit IN ('changes', 'everything') THEN
        EXECUTE format('CREATE TRIGGER note_change AFTER %s UPDATE OR DELETE ON %s
                        FOR EACH ROW EXECUTE FUNCTION grid.note_change(%L, %L)',
                       CASE f.audit WHEN 'everything' THEN 'INSERT OR' END, rel, f.key, f.secret);
    END IF;
    IF f.by_hand THEN
        EXECUTE format('CREATE TRIGGER note_addition AFTER INSERT ON %s FOR EACH ROW
                        WHEN (grid.signed_in() IS NOT NULL) EXECUTE FUNCTION grid.note_change(%L, %L)',
                       rel, f.key, f.secret);
    END IF;
    IF f.undoable THEN
        EXECUTE format('CREATE TRIGGER keep_changed AFTER UPDATE ON %s REFERENCING OLD TABLE AS was
                        FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_former()', rel);
        EXECUTE format('CREATE TRIGGER keep_removed AFTER DELETE ON %s REFERENCING OLD TABLE AS was
                        FOR EACH STATEMENT EXECUTE FUNCTION grid.keep_former()', rel);
    END IF;
    IF f.freezes_chain THEN
        EXECUTE format('CREATE TRIGGER freeze_chain AFTER INSERT ON %s REFERENCING NEW TABLE AS fresh
                        FOR EACH STATEMENT EXECUTE FUNCTION grid.freeze_chain(%L)', rel, f.on_column);
    END IF;
END $$;

CREATE OR REPLACE FUNCTION grid.register_facts(f grid.fact_table) RETURNS void LANGUAGE plpgsql AS $$
DECLARE rel CONSTANT regclass := format('grid.%I', f.table_name)::regclass;
BEGIN
    PERFORM grid.open_to_readers(f, rel), grid.open_to_loads(f, rel), grid.keep_track(f, rel);
END $$;
REVOKE EXECUTE ON FUNCTION grid.register_facts(grid.fact_table), grid.seen_by_area(grid.fact_table),
    grid.open_to_readers(grid.fact_table, regclass), grid.open_to_loads(grid.fact_table, regclass),
    grid.keep_track(grid.fact_table, regclass) FROM PUBLIC;

SELECT grid.register_facts(f) FROM grid.fact_table AS f ORDER BY f.table_name;

-- The registry itself names tables and columns, no fact.
CREATE POLICY signed_in ON grid.fact_table FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
GRANT SELECT ON grid.fact_table TO grid_app;
