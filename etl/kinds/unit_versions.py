"""Writing units: the code and level for ever, name, kind, parent and boundary as versions that never overlap."""

from __future__ import annotations

from sqlalchemy import Connection, text

from etl.kinds.source import STAGE, Counts

_CONTENT = ("name", "kind", "parent_code", "schematic", "geom", "source_datum", "source_geom")

# a boundary that comes back converted (an export) is the same fact and keeps the original it was made from
_KEPT = "(s.geom IS NULL OR (s.geom = b.geom) IS TRUE)"
# What each row wants to be true. A boundary that comes without saying so is a real one; a row without a boundary keeps
# the boundary there is.
_WANT = f"""
CREATE TEMP TABLE want ON COMMIT DROP AS
SELECT s.code, s.level, coalesce(s.name, b.name) AS name, s.kind,
       CASE WHEN (SELECT l.above FROM grid.level AS l WHERE l.key = s.level) IS NOT NULL THEN s.parent_code END
           AS parent_code,
       coalesce(s.schematic, CASE WHEN s.geom IS NULL THEN b.schematic END, false) AS schematic,
       coalesce(s.geom, b.geom) AS geom,
       CASE WHEN {_KEPT} THEN b.source_datum ELSE s.source_datum END AS source_datum,
       CASE WHEN {_KEPT} THEN b.source_geom ELSE s.source_geom END AS source_geom,
       CASE WHEN spoken.of THEN b.id END AS id, b.id AS base_id,
       CASE WHEN spoken.of THEN daterange(lower(b.valid), coalesce(s.valid_to + 1, upper(b.valid)))
            ELSE daterange(s.valid_from, coalesce(s.valid_to + 1, following.from_on)) END AS valid
FROM {STAGE} AS s
LEFT JOIN grid.unit_version AS b ON b.id = s.base_id
CROSS JOIN LATERAL (
    SELECT b.id IS NOT NULL AND (s.valid_from IS NULL OR lower(b.valid) IS NOT DISTINCT FROM s.valid_from) AS of
) AS spoken
LEFT JOIN LATERAL (
    SELECT min(from_on) AS from_on
    FROM (SELECT lower(v.valid) AS from_on FROM grid.unit_version AS v WHERE v.code = s.code
          UNION ALL SELECT o.valid_from FROM {STAGE} AS o WHERE o.code = s.code) AS all_versions
    WHERE from_on > coalesce(s.valid_from, '-infinity')) AS following ON true
"""
_UNITS = f"INSERT INTO grid.unit (code, level) SELECT DISTINCT code, level FROM {STAGE} ON CONFLICT (code) DO NOTHING"
# a dated row that says what the version of that day already says opens no new version
_NOTHING_NEW = f"""
DELETE FROM want AS w USING grid.unit_version AS b
WHERE w.base_id = b.id AND w.id IS NULL AND b.valid @> w.valid
  AND ({", ".join(f"w.{name}" for name in _CONTENT)})
      IS NOT DISTINCT FROM ({", ".join(f"b.{name}" for name in _CONTENT)})
"""
_CLOSE = """
UPDATE grid.unit_version AS v SET valid = daterange(lower(v.valid), lower(w.valid)), batch_id = :batch
FROM want AS w
WHERE w.id IS NULL AND v.code = w.code AND v.valid && w.valid AND lower(w.valid) IS NOT NULL
  AND coalesce(lower(v.valid), '-infinity') < lower(w.valid)
"""
_CHANGE = f"""
UPDATE grid.unit_version AS v SET {", ".join(f"{name} = w.{name}" for name in (*_CONTENT, "valid"))}, batch_id = :batch
FROM want AS w
WHERE v.id = w.id
  AND ({", ".join(f"w.{name}" for name in (*_CONTENT, "valid"))})
      IS DISTINCT FROM ({", ".join(f"v.{name}" for name in (*_CONTENT, "valid"))})
"""
_OPEN = f"""
INSERT INTO grid.unit_version (code, level, {", ".join(_CONTENT)}, valid, batch_id)
SELECT code, level, {", ".join(_CONTENT)}, valid, :batch FROM want WHERE id IS NULL
"""


def write_units(db: Connection, _present: frozenset[str], batch: int) -> Counts:
    """Write the staged units; versions that were closed for a new one are not counted beside it.

    Parameters
    ----------
    db
        The transaction of the load, with the stage filled and its constraints deferred.
    _present
        Not asked: a row without name or boundary keeps what there is.
    batch
        Number of the batch the rows are written under.

    Returns
    -------
    counts
        Of versions; a row that says what is there already is the same.
    """
    total = int(db.execute(text(f"SELECT count(*) FROM {STAGE}")).scalar_one())
    db.execute(text(_UNITS))
    db.execute(text(_WANT))
    db.execute(text(_NOTHING_NEW))
    db.execute(text(_CLOSE), {"batch": batch})
    changed = db.execute(text(_CHANGE), {"batch": batch}).rowcount
    new = db.execute(text(_OPEN), {"batch": batch}).rowcount
    db.execute(text("DROP TABLE want"))
    return Counts(new=new, changed=changed, same=total - new - changed)
