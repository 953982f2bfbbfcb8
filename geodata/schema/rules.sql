-- Effective-dated rules and banned substances as they are read; who sets them and what they may be is in rule_changes.sql.

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

-- What rules there are is no secret of anybody's.
CREATE POLICY signed_in ON grid.rule_kind FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
CREATE POLICY loads ON grid.rule_kind FOR SELECT TO grid_load USING (true);
GRANT SELECT ON grid.rule_kind TO grid_app, grid_load;

CREATE POLICY signed_in ON grid.banned_substance FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
GRANT SELECT ON grid.banned_substance TO grid_app;

CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.banned_substance
    FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision();
CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON grid.banned_substance
    FOR EACH ROW EXECUTE FUNCTION grid.note_change('analyte');
