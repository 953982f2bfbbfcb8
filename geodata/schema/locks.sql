-- The advisory locks by their names (geodata.locks.Lock); the upgrade hands them over in a setting of its transaction.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION grid.lock_number(name text) RETURNS integer LANGUAGE sql IMMUTABLE AS %L',
                   format('SELECT (%L::jsonb ->> name)::integer', current_setting('grid.locks')));
END $$;
