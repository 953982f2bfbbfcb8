-- In which zone a day begins, and what day it is there: the one place where SQL knows. The upgrade hands the zone over
-- (GRID_TIMEZONE) in a setting of its transaction; in a plan all three are constants and casts, never a call.
DO $$ BEGIN
    EXECUTE format('CREATE OR REPLACE FUNCTION grid.time_zone() RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS %L',
                   format('SELECT %L::text', current_setting('grid.time_zone')));
END $$;
CREATE OR REPLACE FUNCTION grid.day_of(moment timestamptz) RETURNS date LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT (moment AT TIME ZONE grid.time_zone())::date
$$;
CREATE OR REPLACE FUNCTION grid.today() RETURNS date LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT grid.day_of(now())
$$;
