"""A load is not taken back from under a merge of subjects; once the merge is undone, it is, to the last byte."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

import etl
from geodata.errors import Rejected
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from tests.integration import office

VISIT = office.VISITS[0] | {"巡查编号": "V9", "主体编号": "S9", "登记时间": "", "巡查日期": "2026-02-10"}


@pytest.fixture
def untouched(loaded):
    """All facts before ``batches``."""
    return office.facts(loaded)


@pytest.fixture
def batches(untouched, loaded, tmp_path):
    """Two entries of one subject, and what is known of the second, each a load of its own: kind → batch, in order."""
    new = [
        office.SUBJECTS[0] | {"主体编号": "S8", "主体名称": "新户", "经度": "", "纬度": "", "坐标系": ""},
        office.SUBJECTS[0] | {"主体编号": "S9", "主体名称": "新户", "统一社会信用代码": "93220602MA0Y000163"},
    ]
    tables = {
        "主体": new,
        "经营状态": [{"主体编号": "S9", "起始日期": "2026-02-01", "经营状态": "停业", "原因": "-"}],
        "任职": [office.POSTS[3] | {"主体编号": "S9"}],
        "巡查": [VISIT],
        "整改问题": [office.FINDINGS[0] | {"问题编号": "W9", "主体编号": "S9", "巡查编号": "V9"}],
        "样品": [office.SAMPLES[0] | {"样品编号": "Y9", "主体编号": "S9"}],
    }
    files = {kind: office.write_csv(tmp_path / f"{kind}.csv", rows) for kind, rows in tables.items()}
    return {kind: etl.load_files(loaded, file)[0].batch_id for kind, file in files.items()}


def test_a_standing_merge_is_named_and_nothing_under_it_is_taken_back(loaded, batches):
    with loaded.begin() as db:
        number = merge_subjects(db, "S8", "S9", on=date(2026, 3, 1))
    merged = office.facts(loaded)
    for kind, batch in batches.items():
        with pytest.raises(
            Rejected, match=rf"主体合并 {number}（可用 etl merge --undo {number} 撤销）又更改了它的.*{kind}"
        ):
            etl.undo_batches(loaded, [batch])
    with pytest.raises(Rejected) as refused:
        etl.undo_batches(loaded, list(batches.values()))
    assert "有人在载入之外" not in str(refused.value)
    assert office.facts(loaded) == merged


def test_once_it_is_undone_every_load_is_taken_back_and_the_record_goes_with_the_subjects(untouched, loaded, batches):
    for _ in range(2):
        with loaded.begin() as db:
            number = merge_subjects(db, "S8", "S9", on=date(2026, 3, 1))
        with loaded.begin() as db:
            undo_merge(db, number)
    subjects, *later = batches.values()
    for batch in reversed(later):
        etl.undo_batches(loaded, [batch])
    assert office.count(loaded, "subject_merge") == 2
    etl.undo_batches(loaded, [subjects])
    assert office.facts(loaded) == untouched
    assert office.count(loaded, "audit", "action IN ('merge', 'undo_merge')") == 4


def test_what_a_hand_changed_between_is_still_seen(loaded, batches):
    with loaded.begin() as db:
        number = merge_subjects(db, "S8", "S9", on=date(2026, 3, 1))
        db.execute(text("UPDATE grid.visit SET reason = '补记' WHERE visit_no = 'V9'"))
    with loaded.begin() as db:
        undo_merge(db, number)
    with pytest.raises(Rejected, match="有人在载入之外又更改了它的 1 行巡查"):
        etl.undo_batches(loaded, [batches["整改问题"], batches["巡查"]])


def test_a_load_between_two_standing_subjects_keeps_the_record_of_their_merge(loaded, batches, tmp_path):
    """Only the subjects' own load takes the record along."""
    with loaded.begin() as db:
        number = merge_subjects(db, "S8", "S9", on=date(2026, 3, 1))
    with loaded.begin() as db:
        undo_merge(db, number)
    (report,) = etl.load_files(
        loaded, office.write_csv(tmp_path / "人员.csv", office.changed(office.PEOPLE, 姓名="甲"))
    )
    etl.undo_batches(loaded, [report.batch_id])
    assert office.count(loaded, "subject_merge") == 1
