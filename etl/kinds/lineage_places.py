"""Writing the lineage of units: old units end on their day, their subjects stand in the new ones from then on."""

from __future__ import annotations

from sqlalchemy import Connection, text

from etl.kinds import upsert
from etl.kinds.source import STAGE, Counts, Target, same_columns

LINEAGE = Target(
    "unit_lineage",
    key=same_columns("old_code", "new_code", "from_on"),
    columns=same_columns("how", "share", "document_no"),
)

_CLOSE = f"""
UPDATE grid.unit_version AS v SET valid = daterange(lower(v.valid), s.from_on), batch_id = :batch
FROM (SELECT DISTINCT old_code, from_on FROM {STAGE}) AS s
WHERE v.code = s.old_code AND v.valid @> s.from_on AND coalesce(lower(v.valid), '-infinity') < s.from_on
  AND NOT EXISTS (SELECT FROM grid.unit_lineage AS l WHERE l.new_code = s.old_code AND l.from_on = s.from_on)
"""
# Where the subjects of an old village stand from the day on: in its one successor, or in the successor around their
# point. Without a point, or with a point in none or two of them, a subject stays where it is and is reported.
_PLACED = f"""
CREATE TEMP TABLE placed ON COMMIT DROP AS
WITH successor AS (
    SELECT l.old_code, l.new_code, l.from_on, count(*) OVER (PARTITION BY l.old_code, l.from_on) AS among
    FROM grid.unit_lineage AS l WHERE (l.old_code, l.from_on) IN (SELECT old_code, from_on FROM {STAGE})
)
SELECT j.subject_id, j.village_code AS old_code, min(c.new_code) AS new_code, c.from_on
FROM grid.subject AS j JOIN successor AS c ON c.old_code = j.village_code
WHERE c.among = 1 OR EXISTS (
    SELECT FROM grid.unit_version AS v
    WHERE v.code = c.new_code AND v.valid @> c.from_on AND ST_Covers(v.geom, j.point))
GROUP BY j.subject_id, j.village_code, c.from_on
HAVING count(*) = 1 AND min(c.new_code) <> j.village_code
"""
_REMEMBER = """
INSERT INTO grid.former_village (subject_id, valid, village_code, batch_id)
SELECT p.subject_id, daterange((SELECT max(upper(f.valid)) FROM grid.former_village AS f
                                WHERE f.subject_id = p.subject_id), p.from_on), p.old_code, :batch
FROM placed AS p
"""
_MOVE = """
UPDATE grid.subject AS j SET village_code = p.new_code, batch_id = :batch
FROM placed AS p WHERE p.subject_id = j.subject_id
"""
# a row is changed when it said nothing new but still moved somebody
_CHANGED = f"""
SELECT count(*) FROM {STAGE} AS s JOIN grid.unit_lineage AS l USING (old_code, new_code, from_on)
WHERE l.batch_id = :batch OR EXISTS (SELECT FROM placed AS p WHERE p.old_code = s.old_code AND p.new_code = s.new_code)
"""


def write_lineage(db: Connection, present: frozenset[str], batch: int) -> Counts:
    """Write the staged lineage, close the units that end and move the subjects that can be placed.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled.
    present
        The staged columns the file has.
    batch
        Number of the batch the rows are written under.

    Returns
    -------
    counts
        Of rows of lineage; one that said nothing new but moved a subject counts as changed.
    """
    total = int(db.execute(text(f"SELECT count(*) FROM {STAGE}")).scalar_one())
    given = {"batch": batch}
    counts = upsert.write_table(db, LINEAGE, present, batch)
    db.execute(text(_CLOSE), given)
    db.execute(text(_PLACED))
    touched = int(db.execute(text(_CHANGED), given).scalar_one())
    db.execute(text(_REMEMBER), given)
    db.execute(text(_MOVE), given)
    db.execute(text("DROP TABLE placed"))
    return Counts(counts.new, touched - counts.new, total - touched)
