-- What is written anew goes first: policies, triggers, views, functions and grants of schema grid, by what the catalogue
-- says is there. Functions that a table stands on (a check, a default) stay until they are replaced.
DO $$ DECLARE each record; BEGIN
    FOR each IN SELECT format('DROP POLICY %I ON grid.%I', polname, relname) AS gone
                FROM pg_policy JOIN pg_class AS c ON c.oid = polrelid WHERE c.relnamespace = 'grid'::regnamespace
                UNION ALL
                SELECT format('DROP TRIGGER %I ON grid.%I', tgname, relname)
                FROM pg_trigger JOIN pg_class AS c ON c.oid = tgrelid
                WHERE c.relnamespace = 'grid'::regnamespace AND NOT tgisinternal LOOP
        EXECUTE each.gone;
    END LOOP;
    FOR each IN SELECT format('DROP VIEW grid.%I', relname) AS gone FROM pg_class
                WHERE relnamespace = 'grid'::regnamespace AND relkind = 'v' ORDER BY oid DESC LOOP
        EXECUTE each.gone;
    END LOOP;
    FOR each IN SELECT format('DROP FUNCTION %s', p.oid::regprocedure) AS gone FROM pg_proc AS p
                WHERE p.pronamespace = 'grid'::regnamespace AND p.prokind = 'f' AND NOT EXISTS (
                    SELECT FROM pg_depend AS d WHERE d.refclassid = 'pg_proc'::regclass AND d.refobjid = p.oid) LOOP
        EXECUTE each.gone;
    END LOOP;
    -- the queue's tables are a library's and stay as they are; who may use them is said anew, as everywhere
    FOR each IN SELECT n.nspname, quote_ident(r.rolname) AS role FROM pg_namespace AS n
                CROSS JOIN (SELECT rolname FROM pg_roles
                            WHERE rolname IN ('grid_app', 'grid_all', 'grid_door', 'grid_load', 'grid_jobs', 'grid_public')) AS r
                WHERE n.nspname IN ('grid', 'grid_queue')
                UNION ALL
                SELECT nspname, 'PUBLIC' FROM pg_namespace WHERE nspname IN ('grid', 'grid_queue') LOOP
        EXECUTE format('REVOKE ALL ON ALL TABLES IN SCHEMA %I FROM %s', each.nspname, each.role);
        EXECUTE format('REVOKE ALL ON ALL SEQUENCES IN SCHEMA %I FROM %s', each.nspname, each.role);
        EXECUTE format('REVOKE ALL ON ALL FUNCTIONS IN SCHEMA %I FROM %s', each.nspname, each.role);
        EXECUTE format('REVOKE ALL ON SCHEMA %I FROM %s', each.nspname, each.role);
    END LOOP;
    GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA grid TO PUBLIC;
END $$;
