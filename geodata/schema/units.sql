-- The grid's units and posts as of a day: one place where "in force" is said.

-- Behind a policy the planner may use what it knows of a column only for comparisons that cannot leak, and those of
-- ranges are not among them: it took every "in force that day" for one row, and compared each subject with every unit.
-- Days compared as days can be estimated.
CREATE OR REPLACE FUNCTION grid.unit_on(as_of date) RETURNS SETOF grid.unit_version
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM grid.unit_version
    WHERE coalesce(lower(valid), '-infinity') <= as_of AND as_of < coalesce(upper(valid), 'infinity')
$$;
CREATE OR REPLACE FUNCTION grid.post_on(as_of date) RETURNS SETOF grid.post
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT * FROM grid.post
    WHERE coalesce(lower(valid), '-infinity') <= as_of AND as_of < coalesce(upper(valid), 'infinity')
$$;

-- Where a unit stands today, and one that has ended where it stood last: what a post opens follows this tree alone, so a
-- village that went to another town is that town's from then on.
CREATE VIEW grid.unit_place AS
SELECT v.code, v.parent_code FROM grid.unit_version AS v
WHERE v.valid @> grid.today() OR NOT EXISTS (
    SELECT FROM grid.unit_version AS o WHERE o.code = v.code
    AND (o.valid @> grid.today()
         OR coalesce(lower(o.valid), '-infinity') > coalesce(lower(v.valid), '-infinity')));
