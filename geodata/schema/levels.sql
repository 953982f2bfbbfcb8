-- The levels of the tree, which unit stands under which at every one of them, and where the tiers of the chain stand.

-- What levels there are is no secret of anybody's.
CREATE POLICY signed_in ON grid.level FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
CREATE POLICY signed_in ON grid.role_level FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
CREATE POLICY loads ON grid.level FOR SELECT TO grid_load USING (true);
CREATE POLICY loads ON grid.role_level FOR SELECT TO grid_load USING (true);
GRANT SELECT ON grid.level, grid.role_level TO grid_app, grid_load;
CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.level
    FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision();
CREATE TRIGGER note_revision AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON grid.role_level
    FOR EACH STATEMENT EXECUTE FUNCTION grid.note_revision();

-- At which level each of the four tiers stands on a day; two may stand at one.
CREATE OR REPLACE FUNCTION grid.tier_on(as_of date) RETURNS TABLE (tier text, level text, rank integer)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT DISTINCT r.tier, r.level, l.rank_no FROM grid.role_level AS r JOIN grid.level AS l ON l.key = r.level
    WHERE r.is_answering AND r.valid @> as_of
$$;

-- Every lowest unit of a day with the units above it and itself, level by level: the one place where a number climbs.
CREATE OR REPLACE FUNCTION grid.ancestor_on(as_of date) RETURNS TABLE (village text, level text, code text)
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    WITH RECURSIVE standing AS MATERIALIZED (
        SELECT u.code, u.level, u.parent_code FROM grid.unit_on(as_of) AS u
    ), up AS (
        SELECT s.code AS village, s.level, s.code, s.parent_code FROM standing AS s WHERE s.level = 'village'
        UNION ALL
        SELECT up.village, s.level, s.code, s.parent_code FROM up JOIN standing AS s ON s.code = up.parent_code
    )
    SELECT up.village, up.level, up.code FROM up
$$;

-- A unit's parent is of the level right above its own: no level is left out in any branch, and none can be above itself.
CREATE OR REPLACE FUNCTION grid.check_parents() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE wrong record;
BEGIN
    SELECT f.code, f.level, f.parent_code INTO wrong FROM fresh AS f
    JOIN grid.level AS l ON l.key = f.level LEFT JOIN grid.unit AS p ON p.code = f.parent_code
    WHERE p.level IS DISTINCT FROM l.above LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'unit_version_parent_level: unit % of level % cannot stand under %', wrong.code, wrong.level, coalesce(wrong.parent_code, '-')
            USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_version_parent_level', SCHEMA = 'grid',
                  TABLE = 'unit_version';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_parents_new AFTER INSERT ON grid.unit_version REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.check_parents();
CREATE TRIGGER check_parents_changed AFTER UPDATE ON grid.unit_version REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.check_parents();

-- A post of a unit is held at a level where it may be on its first day. A unit's level is for ever.
CREATE OR REPLACE FUNCTION grid.check_post_levels() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE wrong record;
BEGIN
    SELECT f.role, f.unit_code INTO wrong FROM fresh AS f JOIN grid.unit AS u ON u.code = f.unit_code
    WHERE NOT EXISTS (SELECT FROM grid.role_level AS r
                      WHERE r.role = f.role AND r.level = u.level AND r.valid @> lower(f.valid)) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'post_level: no % at unit %', wrong.role, wrong.unit_code
            USING ERRCODE = 'check_violation', CONSTRAINT = 'post_level', SCHEMA = 'grid', TABLE = 'post';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER check_levels_new AFTER INSERT ON grid.post REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.check_post_levels();
CREATE TRIGGER check_levels_changed AFTER UPDATE ON grid.post REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION grid.check_post_levels();
CREATE OR REPLACE FUNCTION grid.keep_level() RETURNS trigger LANGUAGE plpgsql SET search_path = grid, public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'unit_level_kept: the level of unit % is for ever', OLD.code
        USING ERRCODE = 'check_violation', CONSTRAINT = 'unit_level_kept', SCHEMA = 'grid', TABLE = 'unit';
END $$;
CREATE TRIGGER keep_level BEFORE UPDATE OF level ON grid.unit FOR EACH ROW
    WHEN (OLD.level IS DISTINCT FROM NEW.level) EXECUTE FUNCTION grid.keep_level();
