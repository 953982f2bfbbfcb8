"""What is taken back or taken out asks every table that may name it: each of them can be asked by an index."""

from __future__ import annotations

from sqlalchemy import text

WITHOUT_INDEX = """
SELECT c.conrelid::regclass || ' ' || c.conname FROM pg_constraint AS c
WHERE c.contype = 'f' AND c.connamespace = 'grid'::regnamespace
  AND c.confrelid IN (SELECT format('grid.%I', name)::regclass FROM unnest(CAST(:growing AS text[])) AS name)
  AND NOT EXISTS (SELECT FROM pg_index AS i WHERE i.indrelid = c.conrelid AND i.indkey[0] = ANY (c.conkey)
                  AND (i.indpred IS NULL OR pg_get_expr(i.indpred, i.indrelid) ~ 'IS NOT NULL'))
ORDER BY 1
"""
GROWING = ("person", "subject", "unit", "visit", "sample", "finding", "post", "load_batch", "account")


def test_every_reference_to_what_grows_has_an_index(worker_db):
    with worker_db.connect() as db:
        assert "; ".join(db.execute(text(WITHOUT_INDEX), {"growing": list(GROWING)}).scalars()) == ""
