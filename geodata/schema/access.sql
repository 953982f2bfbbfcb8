-- Last, what holds for every table and function, named or not.

-- The schema's version, and by which code it was made, for the health check.
GRANT SELECT ON grid.alembic_version TO grid_app;
CREATE OR REPLACE FUNCTION grid.schema_made() RETURNS TABLE (made_by text, catalogue text, made_at timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT s.made_by, s.catalogue, s.made_at FROM grid.schema_state AS s
$$;
GRANT EXECUTE ON FUNCTION grid.schema_made() TO grid_jobs;
CREATE POLICY signed_in ON grid.schema_state FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
GRANT SELECT ON grid.schema_state TO grid_app;

-- A table without a policy shows nobody a row. Whoever reads everything may read what the area's role may, and nothing
-- unless he does see everything; tables of facts have said so already.
DO $$ DECLARE t record; BEGIN
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'grid'::regnamespace AND relkind = 'r'
             AND relname <> 'alembic_version' AND NOT relrowsecurity LOOP
        EXECUTE format('ALTER TABLE grid.%I ENABLE ROW LEVEL SECURITY', t.relname);
    END LOOP;
    FOR t IN SELECT c.oid, c.relname, string_agg(p.column_name, ', ') AS columns FROM pg_class AS c
             JOIN information_schema.column_privileges AS p
               ON p.table_schema = 'grid' AND p.table_name = c.relname AND p.grantee = 'grid_app'
                  AND p.privilege_type = 'SELECT'
             WHERE c.relnamespace = 'grid'::regnamespace AND c.relkind = 'r'
               AND NOT EXISTS (SELECT FROM grid.fact_table AS f WHERE f.table_name = c.relname)
             GROUP BY c.oid, c.relname LOOP
        EXECUTE format('GRANT SELECT (%s) ON grid.%I TO grid_all', t.columns, t.relname);
        IF NOT EXISTS (SELECT FROM pg_policy WHERE polrelid = t.oid AND polname = 'everything') THEN
            EXECUTE format('CREATE POLICY everything ON grid.%I FOR SELECT TO grid_all USING ((SELECT grid.sees_all()))',
                           t.relname);
        END IF;
    END LOOP;
END $$;

-- A function of a trigger runs as its owner, with whatever table it is put on: nobody but the owner puts it on one.
DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'grid'::regnamespace AND prorettype = 'trigger'::regtype LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
    END LOOP;
END $$;

-- What a topic grants to nobody by name is for the roles that see or write facts, and for no other: the door has what it is
-- given by name, and so has the worker.
DO $$ DECLARE f regprocedure; BEGIN
    FOR f IN SELECT p.oid FROM pg_proc AS p WHERE p.pronamespace = 'grid'::regnamespace AND EXISTS (
                 SELECT FROM aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) AS a WHERE a.grantee = 0) LOOP
        EXECUTE format('REVOKE EXECUTE ON FUNCTION %s FROM PUBLIC', f);
        EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO grid_app, grid_all, grid_load', f);
    END LOOP;
END $$;
