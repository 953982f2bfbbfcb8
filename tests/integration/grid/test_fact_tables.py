"""Every table is registered as facts or is internal, and what is internal says nothing of a person or a place."""

from __future__ import annotations

from collections.abc import Collection

import pytest
from sqlalchemy import Connection, text

from geodata.models import fact_tables
from geodata.models.internal import INTERNAL

# a column that says of whom or of where a row is: by its name, or because it refers to one
TELLING = """
SELECT DISTINCT c.relname, a.attname FROM pg_class AS c
JOIN pg_attribute AS a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_constraint AS k ON k.conrelid = c.oid AND k.contype = 'f' AND a.attnum = ANY (k.conkey)
WHERE c.relnamespace = 'grid'::regnamespace AND c.relkind IN ('r', 'p') AND (
    k.confrelid IN ('grid.person'::regclass, 'grid.subject'::regclass, 'grid.unit'::regclass)
    OR a.attname ~ '^(person|subject|unit|village|town|district|owner)(_no|_id|_code|_codes|_people)?$'
    OR a.attname IN ('code', 'parent_code', 'touched_codes', 'subject_ids', 'people', 'geom', 'point'))
ORDER BY 1, 2
"""


def faults(db: Connection, registered: Collection[str], internal: Collection[str]) -> list[str]:
    """What a table of the schema is not: registered or internal, or internal although it tells of somebody."""
    in_schema = "SELECT relname FROM pg_class WHERE relnamespace = 'grid'::regnamespace AND relkind IN ('r', 'p')"
    tables = set(db.execute(text(in_schema)).scalars())
    found = [f"{table}: neither registered nor internal" for table in tables - {*registered, *internal}]
    found += [f"{table}: both registered and internal" for table in {*registered} & {*internal}]
    found += [f"{table}: no such table" for table in {*registered, *internal} - tables]
    telling = db.execute(text(TELLING)).all()
    return sorted(found + [f"{table}.{column}: internal" for table, column in telling if table in internal])


def test_every_table_is_registered_or_internal(db):
    assert faults(db, fact_tables(), INTERNAL) == []


CERTIFICATE = "CREATE TABLE grid.certificate (serial_no TEXT PRIMARY KEY, {})"


@pytest.mark.parametrize("column", [
    "subject_id TEXT REFERENCES grid.subject", "issued_to TEXT REFERENCES grid.subject", "subject_id TEXT",
    "signed_by TEXT REFERENCES grid.person", "village_code TEXT", "unit_code TEXT REFERENCES grid.unit",
])  # fmt: skip
def test_a_fact_planted_among_the_internal_tables_is_found(db, column):
    db.execute(text(CERTIFICATE.format(column)))
    assert faults(db, fact_tables(), INTERNAL) == ["certificate: neither registered nor internal"]
    assert faults(db, fact_tables(), INTERNAL | {"certificate"}) == [f"certificate.{column.split()[0]}: internal"]


def test_what_stands_in_the_database_is_what_the_models_say(db):
    names = "SELECT table_name, key, place, on_merge FROM grid.fact_table ORDER BY table_name"
    assert [tuple(row) for row in db.execute(text(names))] == [
        (name, kept.key, kept.place, kept.on_merge) for name, kept in fact_tables().items()
    ]
