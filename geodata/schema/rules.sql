-- Effective-dated rules and banned substances: who reads them, who may rule from which day on.

-- The newest value of each (key, scope) on a day.
CREATE OR REPLACE FUNCTION grid.rule_on(as_of date) RETURNS SETOF grid.rule LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT ON (key, scope) * FROM grid.rule WHERE from_on <= as_of ORDER BY key, scope, from_on DESC
$$;

-- The number a rule gives today.
CREATE OR REPLACE FUNCTION grid.number_of(rule_key text, rule_scope text) RETURNS integer
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT (value #>> '{}')::integer FROM grid.rule_on(grid.today())
    WHERE key = rule_key AND scope = rule_scope
$$;

CREATE POLICY signed_in ON grid.rule FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
CREATE POLICY loads ON grid.rule FOR SELECT TO grid_load USING (true);
GRANT SELECT ON grid.rule TO grid_app, grid_load;
-- History is judged by the rule of its day, so only days to come (today included) can be ruled on, and only a rule that
-- has not come into force can be taken back.
GRANT INSERT, DELETE ON grid.rule TO grid_app;
CREATE POLICY section_rules ON grid.rule FOR INSERT TO grid_app
    WITH CHECK ((SELECT grid.may_everywhere('manage_rules')) AND from_on >= grid.today());
CREATE POLICY section_withdraws ON grid.rule FOR DELETE TO grid_app
    USING ((SELECT grid.may_everywhere('manage_rules')) AND from_on > grid.today());

CREATE POLICY signed_in ON grid.banned_substance FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
GRANT SELECT ON grid.banned_substance TO grid_app;

CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.rule
    FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision();
CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.banned_substance
    FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON grid.rule
    FOR EACH ROW EXECUTE FUNCTION grid.note_change('key');
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON grid.banned_substance
    FOR EACH ROW EXECUTE FUNCTION grid.note_change('analyte');
