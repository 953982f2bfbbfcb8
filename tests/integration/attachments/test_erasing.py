"""Who was erased by law (PIPL art 47) stays erased: whatever is loaded again, taken back or restored."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError

import etl
from geodata.accounts.account_admin import add_account
from geodata.accounts.tokens import make_token
from geodata.backup.backup_folder import make_backup, restore_backup
from geodata.backup.nightly import erasing_folders, upgrade_safely
from geodata.calendar import today
from geodata.database.scope import Scope, write_transaction
from geodata.erasing import files_mentioning
from geodata.erasing.erase_person import erase_person, repeat_erasings
from geodata.erasing.erasings import FILE, Erasing, keep_erasings, read_erasings
from geodata.errors import SetupError, UserError
from geodata.locks import Lock, take_lock
from geodata.responsibility.posts import give_post
from geodata.settings import Settings
from geodata.vocabulary import Role
from tests.integration import office
from tests.visitors import application, signed_in

PROJECT = Path(__file__).parents[3]
NOW = datetime(2026, 7, 1, 8, tzinfo=UTC)
BASIS = "区农删〔2026〕1号"
NAME, PHONE, MOBILE = "李独特名", "0439-7654321", "13900001111"
WORDS = [NAME, PHONE, MOBILE, "r2"]
ROW = {"人员编号": "R2", "姓名": NAME, "办公电话": PHONE, "手机": MOBILE, "同意公开": "是"}


@pytest.fixture
def left(furnished: Engine, tmp_path: Path) -> Engine:
    """R2 has signed in, holds a token, attached files, changed the own number, and has left the post in June."""
    etl.load_files(furnished, office.write_csv(tmp_path / "人员.csv", [ROW]))
    etl.load_files(furnished, office.write_csv(tmp_path / "人员.csv", [ROW | {"办公电话": "0439-1111111"}]))
    signed_in(application(furnished), "r2").get("/me")
    with write_transaction(furnished, Scope("r2")) as db:
        make_token(db, "办公室的程序", None, 30, today())
    with furnished.begin() as db:
        db.execute(text("UPDATE grid.post SET valid = '[2026-01-01,2026-07-01)' WHERE person_no = 'R2'"))
    return furnished


def found(engine: Engine, words: list[str] = WORDS) -> dict[str, int]:
    with engine.connect() as db:
        asked = text("SELECT table_name, cardinality(keys) FROM grid.mentions(:words)")
        return dict(map(tuple, db.execute(asked, {"words": words})))


def person(engine: Engine) -> tuple[object, ...]:
    asked = "SELECT name, office_phone, private_mobile, consent_publish FROM grid.person WHERE person_no = 'R2'"
    with engine.connect() as db:
        return tuple(db.execute(text(asked)).one())


GONE = ("***", None, None, False)


def lines(engine: Engine) -> dict[int, tuple[object, ...]]:
    """The audit trail: who did what to which row when."""
    asked = "SELECT id, at, action, table_name, login, row_key FROM grid.audit ORDER BY id"
    with engine.connect() as db:
        return {row.id: tuple(row)[1:] for row in db.execute(text(asked))}


def test_nothing_says_any_more_who_it_was(left, home):
    """Nowhere in the database, what undoing keeps and the audit trail among it; what was done stays, and its counts."""
    assert {"account", "audit", "person", "session", "token", "undo_row", "attachment"} <= set(found(left))
    facts = {table: office.count(left, table) for table in ("visit", "post", "chain_record", "attachment")}
    told = erase_person(left, [home], "R2", BASIS, NOW)
    assert (told.rows, told.files) == ({}, [])
    assert found(left) == {}
    assert person(left) == GONE
    assert {table: office.count(left, table) for table in facts} == facts
    assert office.count(left, "audit", "login = 'erased:R2'") > 0
    assert office.count(left, "audit", "login = 'erased:R2' AND address IS NOT NULL") == 0
    assert office.count(left, "audit", "row_key = grid.login_mark('r2')") == 0
    assert office.count(left, "audit", "action = 'person_erased' AND row_key = 'R2'") == 1
    with pytest.raises(Exception, match="only ever added to"), left.begin() as db:
        db.execute(text("UPDATE grid.audit SET login = 'x'"))


def test_the_trail_keeps_every_line_of_what_was_done(left, home):
    """By the person, to a visit of the person's by somebody else, and where the login is a word of other rows."""
    with left.begin() as db:
        db.execute(text("UPDATE grid.visit SET visitor_role = 'assistant', reason = 'r2' WHERE visit_no = 'V3'"))
        db.execute(text("UPDATE grid.visit SET person_no = 'R2' WHERE visit_no = 'V4'"))
    with write_transaction(left, Scope("r2")) as db:
        db.execute(text("UPDATE grid.subject SET entry_on = '2024-12-31' WHERE subject_id = 'S1'"))
    before = lines(left)
    erase_person(left, [home], "R2", BASIS, NOW)
    after = lines(left)
    assert {number: line[:3] for number, line in before.items()}.items() <= {
        number: line[:3] for number, line in after.items()
    }.items()
    mine = [number for number, line in before.items() if line[3] == "r2"]
    assert len(mine) > 1
    assert {after[number][3] for number in mine} == {"erased:R2"}
    assert {line[1] for number, line in after.items() if number not in before} == {"delete", "person_erased"}


def test_where_a_free_text_or_a_file_still_names_the_person_is_told(left, home):
    with left.begin() as db:
        for subject in ("S3", "S4"):
            db.execute(
                text("UPDATE grid.subject SET name = :name, address = '由r2登记' WHERE subject_id = :subject"),
                {"name": f"{NAME}养殖场", "subject": subject},
            )
    (home / "rejects").mkdir()
    office.write_xlsx(home / "rejects" / "问题.xlsx", {"人员": [ROW]})
    (home / "accounts.txt").write_text("r2  k5se-qa5f  分管领导\n")
    (home / "other.txt").write_text("r22 r2d2")
    told = erase_person(left, [home], "R2", BASIS, NOW)
    assert told.rows["subject"] == ['["S3"]', '["S4"]']
    assert set(told.rows) == {"audit", "subject"}
    assert [file.name for file in told.files] == ["accounts.txt", "问题.xlsx"]


def ill_archive(kind: str) -> bytes:
    """A ZIP whose one part says it is encrypted, packed by something unknown, or is damaged."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("part", b"nobody's name" * 100)
        place = book.infolist()[0].header_offset
    whole = bytearray(made.getvalue())
    directory = whole.index(b"PK\x01\x02")
    if kind == "encrypted":
        whole[place + 6] |= 1
        whole[directory + 8] |= 1
    elif kind == "packed otherwise":
        whole[place + 8] = whole[directory + 10] = 97
    elif kind == "damaged":
        whole[place + 34 : place + 46] = b"\xff" * 12
    else:
        whole[place : place + 4] = b"none"
    return bytes(whole)


@pytest.mark.parametrize("kind", ["encrypted", "packed otherwise", "damaged", "without its head"])
def test_a_file_that_cannot_be_read_is_told_and_the_person_is_erased(left, home, kind):
    (home / "office.zip").write_bytes(ill_archive(kind))
    assert [file.name for file in erase_person(left, [home], "R2", BASIS, NOW).files] == ["office.zip"]
    assert person(left) == GONE


def test_a_part_that_is_too_large_is_told_and_a_file_that_vanishes_is_none(home, monkeypatch):
    with zipfile.ZipFile(home / "large.zip", "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("part", b"x" * 100)
    (home / "large.txt").write_bytes(b"x" * 100_000)
    (home / "gone.txt").symlink_to(home / "nowhere")
    monkeypatch.setattr(files_mentioning, "MOST_BYTES", 99)
    assert [file.name for file in files_mentioning.files_mentioning(home, [NAME])][:2] == ["large.txt", "large.zip"]
    monkeypatch.setattr(files_mentioning, "MOST_BYTES", 10**9)
    found = files_mentioning._files
    monkeypatch.setattr(files_mentioning, "_files", lambda home: [*found(home), home / "vanished.txt"])
    assert files_mentioning.files_mentioning(home, [NAME]) == []


def test_names_the_program_wrote_into_items_of_work_go_too(left, home):
    details = {"people": [NAME, "张示例3"], "name": "一村"}
    with left.begin() as db:
        db.execute(
            text(
                "INSERT INTO grid.work_item (item_no, check_key, unit_code, touched_codes, fingerprint, details,"
                " first_seen_on, last_seen_on, open_days) VALUES ('post_overlap:x', 'post_overlap', '220602100200',"
                " '{220602100200}', 'x', CAST(:details AS jsonb), '2026-01-01', '2026-01-01', '{[2026-01-01,)}')"
            ),
            {"details": json.dumps(details)},
        )
    assert erase_person(left, [home], "R2", BASIS, NOW).rows == {}
    with left.connect() as db:
        kept = db.execute(text("SELECT details FROM grid.work_item")).scalar_one()
    assert kept == details | {"people": ["***", "张示例3"]}


def test_while_somebody_loads_nothing_is_erased(left, home):
    with left.begin() as db:
        take_lock(db, Lock.LOAD)
        with pytest.raises(UserError, match="稍后再试"):
            erase_person(left, [home], "R2", BASIS, NOW)
    assert person(left)[0] == NAME
    assert read_erasings(home) == {}


def test_nobody_without_a_name_answers_for_a_place(left, home, tmp_path):
    erase_person(left, [home], "R2", BASIS, NOW)
    post = {"人员编号": "R2", "岗位": "分管领导", "网格编码": "220602000000", "任职日期": "2026-08-01", "离任日期": ""}
    (report,) = etl.load_files(left, office.write_csv(tmp_path / "任职.csv", [post]))
    assert [(each.row, each.fault) for each in report.rejects] == [(2, "person_erased")]
    with pytest.raises(IntegrityError, match="erased by law"), left.begin() as db:
        db.execute(text("UPDATE grid.post SET valid = '[2026-01-01,)' WHERE person_no = 'R2'"))
    with left.begin() as db, pytest.raises(UserError, match="新的人员编号"):
        give_post(db, "R2", Role.SECTION_HEAD, "220602000000", date(2026, 8, 1), None, None)
    with left.begin() as db, pytest.raises(UserError, match="新的人员编号"):
        add_account(db, "r2new", "R2", None)


def test_a_list_of_a_demonstration_erases_nobody_real(left, home):
    keep_erasings([Erasing("R2", NOW, BASIS, synthetic=True)], [home])
    assert repeat_erasings(left, home) == []
    assert person(left)[0] == NAME
    keep_erasings([Erasing("R99", NOW, BASIS)], [home])
    assert repeat_erasings(left, home) == ["R99"]
    assert office.count(left, "erased_person", "person_no = 'R99'") == 1


@pytest.mark.parametrize(("number", "basis", "sentence"), [
    ("R3", BASIS, "R3:assistant"), ("R9", BASIS, "没有编号为 R9"), ("R2", " ", "一行依据"), ("R2", "a\nb", "一行依据"),
    ("R2", "a\u202eb", "U\\+202E"),
])  # fmt: skip
def test_what_cannot_be_is_one_sentence_and_nothing_changes(left, home, number, basis, sentence):
    before = office.checksum(left)
    with pytest.raises(UserError, match=sentence):
        erase_person(left, [home], number, basis, NOW)
    assert office.checksum(left) == before
    assert read_erasings(home) == {}


def test_no_file_no_undoing_and_no_account_brings_the_person_back(left, home, tmp_path):
    erase_person(left, [home], "R2", BASIS, NOW)
    (report,) = etl.load_files(left, office.write_csv(tmp_path / "人员.csv", [ROW]))
    assert [(each.row, each.fault) for each in report.rejects] == [(2, "person_erased")]
    assert "依法删除" in report.rejects[0].to_sentence()
    with left.connect() as db:
        batches = list(db.execute(text("SELECT max(id) FROM grid.load_batch WHERE kind = 'people'")).scalars())
    etl.undo_batches(left, batches)
    assert person(left) == GONE
    for act in (
        "UPDATE grid.person SET name = 'x' WHERE person_no = 'R2'",
        "UPDATE grid.person SET private_mobile = '13900001111' WHERE person_no = 'R2'",
        "INSERT INTO grid.account (login, person_no) VALUES ('r2', 'R2')",
    ):
        with pytest.raises(IntegrityError, match="erased by law"), left.begin() as db:
            db.execute(text(act))


def test_what_is_exported_since_comes_in_again(left, home, tmp_path):
    erase_person(left, [home], "R2", BASIS, NOW)
    row = {"人员编号": "R2", "姓名": "***", "办公电话": "", "手机": "", "同意公开": "否"}
    (report,) = etl.load_files(left, office.write_csv(tmp_path / "人员.csv", [row]))
    assert (report.read, report.same) == (1, 1)


def test_a_backup_of_before_is_restored_without_the_person(left, bare, store, home, tmp_path):
    """Elsewhere, with the list that lies beside the backups; the post that was held in it has ended by then."""
    with left.begin() as db:
        db.execute(text("UPDATE grid.post SET valid = '[2026-01-01,)' WHERE person_no = 'R2'"))
    make_backup(left, store, home, tmp_path / "backups" / "one")
    with left.begin() as db:
        db.execute(text("UPDATE grid.post SET valid = '[2026-01-01,2026-07-01)' WHERE person_no = 'R2'"))
    erase_person(left, [home, tmp_path / "backups"], "R2", BASIS, NOW)
    new_home = tmp_path / "new"
    new_home.mkdir()
    restore_backup(bare, store, new_home, tmp_path / "backups" / "one")
    assert (found(bare), person(bare)) == ({}, GONE)
    with bare.connect() as db:
        days = db.execute(text("SELECT upper(valid) FROM grid.post WHERE person_no = 'R2'")).scalars().all()
        assert days == [date(2026, 7, 1)]
    assert read_erasings(new_home) == {"R2": Erasing("R2", NOW, BASIS)}


def test_into_the_same_installation_the_list_of_home_is_enough(left, bare, store, home, tmp_path):
    make_backup(left, store, home, tmp_path / "elsewhere" / "one")
    erase_person(left, [home], "R2", BASIS, NOW)
    restore_backup(bare, store, home, tmp_path / "elsewhere" / "one")
    assert (found(bare), person(bare)) == ({}, GONE)


def test_with_a_damaged_list_nobody_is_restored(left, bare, store, home, tmp_path):
    make_backup(left, store, home, tmp_path / "backups" / "one")
    (tmp_path / "backups" / FILE).write_text('{"person_no": 7}')
    with pytest.raises(SetupError, match=FILE):
        restore_backup(bare, store, home, tmp_path / "backups" / "one")
    with bare.connect() as db:
        assert db.execute(text("SELECT to_regclass('grid.person')")).scalar_one() is None


def test_what_was_begun_is_done_at_the_next_start(left, store, home):
    """Killed between the list and the database; and a database whose list was lost writes it anew."""
    known = Settings(home=home)
    keep_erasings([Erasing("R2", NOW, BASIS)], [home])
    upgrade_safely(left, store, known)
    assert (found(left), person(left)) == ({}, GONE)
    for folder in erasing_folders(known):
        (folder / FILE).unlink()
    upgrade_safely(left, store, known)
    assert [set(read_erasings(folder)) for folder in erasing_folders(known)] == [{"R2"}, {"R2"}]


@pytest.mark.parametrize("damage", ["words", "folder"])
def test_a_list_among_the_backups_that_cannot_be_read_keeps_nobody_from_starting(left, store, home, caplog, damage):
    """It is logged and left as it is; whoever is on that of home is erased all the same."""
    known = Settings(home=home)
    keep_erasings([Erasing("R2", NOW, BASIS)], erasing_folders(known))
    beside = erasing_folders(known)[1] / FILE
    beside.unlink()
    if damage == "words":
        beside.write_text('{"person_no": 7}')
    else:
        beside.mkdir()
    upgrade_safely(left, store, known)
    assert (found(left), person(left)) == ({}, GONE)
    assert str(beside) in caplog.text
    assert beside.is_dir() or beside.read_text() == '{"person_no": 7}'


def test_a_full_disk_and_a_damaged_list_erase_nothing_in_silence(left, store, home, tmp_path):
    before = office.checksum(left)
    (tmp_path / "file").write_text("no folder")
    with pytest.raises(SetupError, match="不能写入（Not a directory）"):
        erase_person(left, [home, tmp_path / "file"], "R2", BASIS, NOW)
    assert read_erasings(home) == {}
    assert office.checksum(left) == before
    (home / FILE).write_text('{"person_no": "R2"')
    with pytest.raises(SetupError, match=FILE):
        upgrade_safely(left, store, Settings(home=home))


def test_on_the_command_line(left, home):
    url = left.url.render_as_string(hide_password=False)
    known = os.environ | {"GRID_DATABASE_URL": url, "GRID_HOME": str(home)}
    command = [sys.executable, "-m", "geodata", "erase-person", "R2", "--basis", BASIS]

    def run(*more: str, said: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [*command, *more], cwd=PROJECT, env=known, input=said, capture_output=True, text=True, check=False
        )

    assert run(said="n\n").returncode == 1
    assert person(left)[0] == NAME
    done = run("--yes")
    assert (done.returncode, done.stderr) == (0, "")
    assert "已删除人员 R2" in done.stdout
    assert person(left) == GONE
    again = run("--yes")
    assert (again.returncode, again.stderr) == (0, "")
