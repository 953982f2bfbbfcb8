"""What the search looks in: every name and number in the forms people type, and how Chinese signs are read.

The readings are those of pypinyin 0.55 without tones, at most three a sign: first the one most of its phrases have.
"""

from __future__ import annotations

import csv
from pathlib import Path

from alembic import op
from sqlalchemy import text

revision = "0023"
down_revision = "0022"

TABLES = """
CREATE TABLE grid.search_reading (
    sign TEXT NOT NULL,
    readings TEXT[] NOT NULL,
    CONSTRAINT pk_search_reading PRIMARY KEY (sign)
);
CREATE TABLE grid.search_kind (
    key TEXT NOT NULL,
    order_no INTEGER NOT NULL,
    entries TEXT NOT NULL,
    feeds JSONB NOT NULL,
    CONSTRAINT pk_search_kind PRIMARY KEY (key)
);
CREATE TABLE grid.search_entry (
    kind TEXT NOT NULL,
    key TEXT NOT NULL,
    label TEXT NOT NULL,
    forms TEXT[] NOT NULL,
    terms TEXT[] COLLATE "C" NOT NULL,
    units TEXT[] COLLATE "C" NOT NULL,
    CONSTRAINT pk_search_entry PRIMARY KEY (kind, key)
);
CREATE INDEX ix_search_entry_terms ON grid.search_entry USING gin (terms, units)
"""
PLACES = ("first", "second", "third")


def upgrade() -> None:
    for statement in TABLES.split(";\n"):
        op.execute(statement)
    readings: dict[str, dict[str, str]] = {}
    with Path(__file__).with_name("0023_readings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for place in PLACES:
                for sign in row[place]:
                    readings.setdefault(sign, {})[place] = row["reading"]
    said = [[found[place] for place in PLACES if place in found] for found in readings.values()]
    op.get_bind().execute(
        text(
            "INSERT INTO grid.search_reading (sign, readings) SELECT s.sign, string_to_array(s.said, ' ')"
            " FROM unnest(CAST(:signs AS text[]), CAST(:said AS text[])) AS s (sign, said)"
        ),
        {"signs": list(readings), "said": [" ".join(each) for each in said]},
    )
