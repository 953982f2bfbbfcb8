-- Saved views and notes on the map: written in the own name, taken away by whoever wrote them.

-- Saved under a name; the same name again is the same view with another address. At most a hundred for each.
CREATE OR REPLACE FUNCTION grid.save_view(called text, address text, sharing boolean) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    number bigint;
    own_units text[] := (SELECT coalesce(array_agg(DISTINCT p.unit_code), '{}') FROM grid.my_posts() AS p
                         JOIN grid.permission_grant AS g USING (role)
                         WHERE g.permission = 'see_area' AND p.unit_code IS NOT NULL);
BEGIN
    IF grid.acting() IS NULL OR NOT EXISTS (SELECT FROM grid.my_posts()) THEN
        RAISE EXCEPTION 'a view is somebody''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF (SELECT count(*) FROM grid.saved_view AS v WHERE v.login = grid.acting() AND v.name <> called) >= 100 THEN
        RETURN NULL;
    END IF;
    INSERT INTO grid.saved_view AS v (login, name, page_address, is_shared, unit_codes)
    VALUES (grid.acting(), called, address, sharing, own_units)
    ON CONFLICT (login, name) DO UPDATE SET page_address = excluded.page_address, is_shared = excluded.is_shared,
        unit_codes = excluded.unit_codes, saved_at = clock_timestamp()
    RETURNING v.id INTO number;
    RETURN number;
END $$;
CREATE OR REPLACE FUNCTION grid.remove_view(number bigint) RETURNS boolean
LANGUAGE sql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
    DELETE FROM grid.saved_view AS v WHERE v.id = number AND v.login = grid.acting() RETURNING true
$$;

-- Pinned to a unit of the own area, or to a place in one of its villages; NULL where it is neither,
-- 0 where a hundred of the own stand already.
CREATE OR REPLACE FUNCTION grid.pin_note(said text, unit text, lon double precision, lat double precision, until date)
RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
DECLARE
    number bigint;
    place geometry := CASE WHEN unit IS NULL THEN ST_SetSRID(ST_MakePoint(lon, lat), 4490) END;
    pinned_to text := coalesce(unit, (
        SELECT v.code FROM grid.unit_on(grid.today()) AS v WHERE v.level = 'village' AND ST_Covers(v.geom, place)
        ORDER BY v.code LIMIT 1));
BEGIN
    IF grid.acting() IS NULL OR NOT EXISTS (SELECT FROM grid.my_posts()) THEN
        RAISE EXCEPTION 'a note is somebody''s' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF pinned_to IS NULL OR NOT EXISTS (SELECT FROM grid.unit_on(grid.today()) AS v WHERE v.code = pinned_to)
       OR NOT (grid.sees_all() OR pinned_to = ANY (grid.my_area())) THEN
        RETURN NULL;
    END IF;
    IF (SELECT count(*) FROM grid.map_note AS n WHERE n.login = grid.acting() AND n.until_on >= grid.today()) >= 100 THEN
        RETURN 0;
    END IF;
    INSERT INTO grid.map_note (login, body, unit_code, point, from_on, until_on)
    VALUES (grid.acting(), said, pinned_to, place, grid.today(), until) RETURNING id INTO number;
    RETURN number;
END $$;
-- Ended by its writer: the days it was seen stay, one of today is gone.
CREATE OR REPLACE FUNCTION grid.end_note(number bigint) RETURNS boolean
LANGUAGE plpgsql SECURITY DEFINER SET search_path = grid, public, pg_temp AS $$
BEGIN
    DELETE FROM grid.map_note AS n WHERE n.id = number AND n.login = grid.acting() AND n.from_on = grid.today();
    IF FOUND THEN RETURN true; END IF;
    UPDATE grid.map_note AS n SET until_on = grid.today() - 1
    WHERE n.id = number AND n.login = grid.acting() AND n.until_on >= grid.today();
    RETURN FOUND;
END $$;

-- What is written stands in the row itself; the trail tells of what was changed or taken out.
CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON grid.saved_view FOR EACH ROW
    EXECUTE FUNCTION grid.note_change('id', '{page_address}');
CREATE TRIGGER note_change AFTER UPDATE OR DELETE ON grid.map_note FOR EACH ROW
    EXECUTE FUNCTION grid.note_change('id', '{point}');

REVOKE EXECUTE ON FUNCTION grid.save_view(text, text, boolean), grid.remove_view(bigint),
    grid.pin_note(text, text, double precision, double precision, date), grid.end_note(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION grid.save_view(text, text, boolean), grid.remove_view(bigint),
    grid.pin_note(text, text, double precision, double precision, date), grid.end_note(bigint) TO grid_app;
