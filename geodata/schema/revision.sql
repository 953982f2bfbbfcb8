-- The data's version, and what every page needs to know of the whole, whoever asks.

-- One row of grid.revision per writing transaction, for caches and ETags. Runs as its owner: the application writes facts
-- here and there, but no revision.
CREATE OR REPLACE FUNCTION grid.note_revision() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    INSERT INTO grid.revision DEFAULT VALUES ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE POLICY signed_in ON grid.revision FOR SELECT TO grid_app USING ((SELECT grid.signed_in()) IS NOT NULL);
GRANT SELECT ON grid.revision TO grid_app;

-- What every page needs to know of the whole, whoever asks: the data's version, whether there are any, how old they are.
-- None of it is a fact about a place or a person.
CREATE OR REPLACE FUNCTION grid.data_version() RETURNS text
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT count(*) || ':' || coalesce(max(txid)::text, '') FROM grid.revision
$$;
CREATE OR REPLACE FUNCTION grid.is_empty() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT NOT EXISTS (SELECT FROM grid.unit)
$$;
CREATE OR REPLACE FUNCTION grid.has_accounts() RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT EXISTS (SELECT FROM grid.account)
$$;
-- The newest day on which something happened at a subject, in whatever table says so (freezes_chain of @facts), and the
-- first one.
DO $make$ BEGIN
    EXECUTE (SELECT format('CREATE OR REPLACE FUNCTION grid.data_as_of(as_of date) RETURNS date
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$ SELECT greatest(%s) $$',
        string_agg(format('(SELECT max(%1$I) FROM grid.%2$I WHERE %1$I <= as_of)', on_column, table_name), ', '
                   ORDER BY table_name))
        FROM grid.fact_table WHERE freezes_chain);
    EXECUTE (SELECT format('CREATE OR REPLACE FUNCTION grid.data_from() RETURNS date
        LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$ SELECT least(%s) $$',
        string_agg(format('(SELECT min(%1$I) FROM grid.%2$I)', on_column, table_name), ', ' ORDER BY table_name))
        FROM grid.fact_table WHERE freezes_chain);
END $make$;

-- The stamp of every page, without opening the list of loads to everybody.
CREATE OR REPLACE FUNCTION grid.load_stamp() RETURNS TABLE (loaded_at timestamptz, synthetic boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    SELECT max(b.loaded_at), coalesce(bool_or(b.synthetic), false) FROM grid.load_batch AS b
$$;
