"""Files that were loaded and brought or changed something of the own area, with how many rows of it."""

from __future__ import annotations

import geodata.models
from geodata.models.facts import Facts, fact_tables
from geodata.notices.notice_kind import NoticeKind


def _touched(kept: Facts) -> str:
    """Rows of one table that a batch brought, as far as row security shows them."""
    return f"SELECT count(*) FROM grid.{kept.table} AS t WHERE t.batch_id = b.batch_id"


def _loaded_tables() -> list[Facts]:
    """Those whose rows stand in files; who answered on a day is written down by the database."""
    assert geodata.models, "the models are registered by being imported"
    return [kept for kept in fact_tables().values() if kept.loaded and kept.undoable and not kept.of_the_day]


NOTICE = NoticeKind(
    key="load",
    order=30,
    rows=f"""
SELECT b.loaded_at AS at, jsonb_build_object('kind', b.kind, 'rows', n.found) AS detail
FROM grid.batches_since(:since) AS b CROSS JOIN LATERAL (
    SELECT sum(each.count) AS found FROM ({" UNION ALL ".join(map(_touched, _loaded_tables()))}) AS each
) AS n
WHERE b.is_file AND n.found > 0
""",
    page="/",
    labels={"kind": "etl.kind"},
)
