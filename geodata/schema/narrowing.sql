-- What whoever is asking has narrowed a question to, for one transaction: every number and list asked in it follows.
-- It only ever takes rows away: what may be seen at all is row security's.

CREATE OR REPLACE FUNCTION grid.narrowing() RETURNS jsonb LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT nullif(current_setting('grid.narrowed', true), '')::jsonb
$$;
-- The products of a subject one by one, as the roster names them in one cell.
CREATE OR REPLACE FUNCTION grid.products_of(said text) RETURNS TABLE (product text)
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT DISTINCT btrim(each) FROM regexp_split_to_table(said, '[、,，;；/]+') AS each WHERE btrim(each) <> ''
$$;
-- An outline somebody drew, as a shape in degrees; one that crosses itself is what lies inside it either way.
CREATE OR REPLACE FUNCTION grid.outline(said text) RETURNS geometry LANGUAGE sql IMMUTABLE PARALLEL SAFE
SET search_path = public, pg_temp AS $$
    SELECT CASE WHEN said ~ '^(-?[0-9]{1,3}([.][0-9]{1,7})?,-?[0-9]{1,2}([.][0-9]{1,7})?;){2,99}-?[0-9]{1,3}([.][0-9]{1,7})?,-?[0-9]{1,2}([.][0-9]{1,7})?$'
        THEN ST_MakeValid(ST_GeomFromText('POLYGON((' || replace(replace(said, ',', ' '), ';', ',') || ','
             || replace(split_part(said, ';', 1), ',', ' ') || '))', 4490)) END
$$;
-- The subjects a question is narrowed to on a day; those that have left the roster keep their samples.
-- A person answers for a subject by a post of its own, or of a unit it lies in.
CREATE OR REPLACE FUNCTION grid.narrowed_on(as_of date) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE AS $$
    -- made once: pulled up, the outline would be made anew for every subject
    WITH n AS MATERIALIZED (SELECT grid.narrowing() AS by, grid.outline(grid.narrowing() ->> 'inside') AS area)
    SELECT s.subject_id FROM n CROSS JOIN grid.subject AS s
    LEFT JOIN grid.former_village AS f ON f.subject_id = s.subject_id AND f.valid @> as_of
    WHERE (n.by ->> 'inside' IS NULL OR ST_Covers(n.area, s.point))
      AND (n.by ->> 'kind' IS NULL OR n.by ->> 'kind' = ANY (s.kinds))
      AND (n.by ->> 'sector' IS NULL OR n.by ->> 'sector' = ANY (s.sectors))
      AND (n.by ->> 'product' IS NULL OR n.by ->> 'product' IN (SELECT p.product FROM grid.products_of(s.products) AS p))
      AND (n.by ->> 'risk' IS NULL OR n.by ->> 'risk' = (
            SELECT c.risk FROM grid.subject_risk AS c WHERE c.subject_id = s.subject_id AND c.from_on <= as_of
            ORDER BY c.from_on DESC LIMIT 1))
      AND (n.by ->> 'status' IS NULL OR n.by ->> 'status' = coalesce((
            SELECT c.status FROM grid.subject_status AS c WHERE c.subject_id = s.subject_id AND c.from_on <= as_of
            ORDER BY c.from_on DESC LIMIT 1), 'active'))
      AND (n.by ->> 'person' IS NULL
           OR s.subject_id IN (SELECT p.subject_id FROM grid.post_on(as_of) AS p WHERE p.person_no = n.by ->> 'person')
           OR coalesce(f.village_code, s.village_code) IN (
                SELECT a.village FROM grid.ancestor_on(as_of) AS a JOIN grid.post_on(as_of) AS p ON p.unit_code = a.code
                WHERE p.person_no = n.by ->> 'person'))
$$;
