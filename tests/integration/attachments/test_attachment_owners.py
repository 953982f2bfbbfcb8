"""What becomes of attachments when what they hang on is taken back, merged, or goes with its unit."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine, text

import etl
from geodata.database.scope import read_transaction, write_transaction
from geodata.errors import Rejected
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from tests.builders import small_world
from tests.spec.looking import DAY
from tests.visitors import add_accounts

ADD = """
INSERT INTO grid.attachment (visit_no, item_no, file_name, file_sha256, file_type, size_bytes, is_stripped)
VALUES (:visit, :item, 'a.pdf', repeat('0', 64), 'pdf', 1, false)
"""


def count(engine: Engine, sql: str) -> int:
    with read_transaction(engine) as db:
        return int(db.execute(text(sql)).scalar_one())


def test_a_batch_is_not_taken_back_while_something_is_attached_to_its_visits(loaded):
    """The sentence says so; without the attachment the batch goes as ever."""
    batch = count(loaded, "SELECT batch_id FROM grid.visit WHERE visit_no = 'V2'")
    newer = count(loaded, f"SELECT count(*) FROM grid.load_batch WHERE id > {batch}")
    with loaded.begin() as db:
        db.execute(text("DELETE FROM grid.finding"))
        db.execute(text(ADD), {"visit": "V2", "item": None})
    with pytest.raises(Rejected) as refused:
        etl.undo_batches(loaded, [batch])
    assert newer >= 0
    assert "附件" in str(refused.value)
    assert count(loaded, "SELECT count(*) FROM grid.visit") == 5
    assert count(loaded, "SELECT count(*) FROM grid.attachment") == 1


def test_a_merge_moves_the_visit_with_what_is_attached_and_back(empty_db):
    with write_transaction(empty_db) as db:
        world = small_world(db)
        world.visits("visit | subject | on | by | role\np2 | S2 | 2026-02-01 | As1 | assistant")
        add_accounts(world)
        db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2'"))
        db.execute(text(ADD), {"visit": "p2", "item": None})
    asked = "SELECT count(*) FROM grid.attachment JOIN grid.visit USING (visit_no) WHERE subject_id = '{}'"
    with write_transaction(empty_db) as db:
        merge = merge_subjects(db, "S1", "S2", on=DAY)
    assert count(empty_db, asked.format("S1")) == 1
    with write_transaction(empty_db) as db:
        undo_merge(db, merge)
    assert count(empty_db, asked.format("S2")) == 1
