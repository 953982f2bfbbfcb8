"""A new table of facts, wired by its model, its migration and ``@facts`` alone: nothing else knows its name."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from datetime import date

import pytest
from sqlalchemy import Connection, Date, Engine, ForeignKey, Text, text
from sqlalchemy.exc import ProgrammingError
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.schema import CreateIndex, CreateTable

import etl
from etl.export.export_facts import export_facts
from etl.load.batch_differences import HIDDEN, list_differences
from geodata.database.batches import close_batch, open_batch
from geodata.database.scope import read_transaction, write_transaction
from geodata.errors import Rejected, UserError
from geodata.freshness import data_version
from geodata.models import Base, fact_tables
from geodata.models.facts import _REGISTERED, facts
from geodata.permissions import Permission
from geodata.schema import is_current
from geodata.schema.apply import apply_schema
from geodata.schema.files import code_checksum
from geodata.subjects.subject_merge import merge_subjects, undo_merge
from tests.builders import World, small_world

DAY = date(2026, 3, 1)


@pytest.fixture(scope="module")
def model() -> Iterator[type[Base]]:
    """The model and its registration."""

    @facts(
        place="subject_id",
        on="issued_on",
        read=Permission.SEE_AREA,
        write=Permission.LOAD_FACTS,
        secret=("seal",),
        freezes_chain=True,
    )
    class Certificate(Base):
        __tablename__ = "certificate"
        serial_no: Mapped[str] = mapped_column(Text, primary_key=True)
        subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"))
        issued_on: Mapped[date] = mapped_column(Date)
        product: Mapped[str] = mapped_column(Text)
        seal: Mapped[str | None] = mapped_column(Text)
        batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)

    @facts(place="subject_id", on="said_on", read=Permission.SEE_AREA, write=Permission.RECORD_RECHECK, by_hand=True)
    class Advice(Base):
        __tablename__ = "advice"
        advice_no: Mapped[str] = mapped_column(Text, primary_key=True)
        subject_id: Mapped[str] = mapped_column(ForeignKey("grid.subject.subject_id"))
        said_on: Mapped[date] = mapped_column(Date)
        batch_id: Mapped[int] = mapped_column(ForeignKey("grid.load_batch.id"), index=True)

    code_checksum.cache_clear()
    yield Certificate
    for each in (Advice, Certificate):
        Base.metadata.remove(each.__table__)
        del _REGISTERED[each.__tablename__]
    code_checksum.cache_clear()


@pytest.fixture
def grid(empty_db: Engine, model: type[Base]) -> Engine:
    """The small world in a schema with the new table: its migration, and what the upgrade then does."""
    with empty_db.begin() as db:
        assert not is_current(db)
        for table in (model.__table__, Base.metadata.tables["grid.advice"]):
            db.execute(CreateTable(table))
            for index in table.indexes:
                db.execute(CreateIndex(index))
        apply_schema(db)
        assert is_current(db)
        world = small_world(db)
        for person in ("Lin", "Su1", "Su2", "As1"):
            db.execute(text("INSERT INTO grid.account (login, person_no) VALUES (lower(:p), :p)"), {"p": person})
        assert isinstance(world, World)
    return empty_db


def issue(engine: Engine, *serials: str, product: str = "人参") -> int:
    """A batch with certificates; the second letter of a serial is its subject's number."""
    put = text(
        "INSERT INTO grid.certificate (serial_no, subject_id, issued_on, product, seal, batch_id)"
        " VALUES (:no, :subject, :day, :product, 'secret', :batch) ON CONFLICT (serial_no) DO UPDATE"
        " SET product = excluded.product, batch_id = excluded.batch_id"
    )
    with write_transaction(engine) as db:
        batch = open_batch(db, "certificates", "certificates.csv", read=len(serials))
        for no in serials:
            given = {"no": no, "subject": f"S{no[1]}", "day": DAY, "product": product, "batch": batch}
            db.execute(put, given)
        close_batch(db, batch, new=len(serials), changed=0, same=0)
    return batch


def asked(engine: Engine, sql: str, role: str | None = None, login: str = "") -> list[object]:
    with engine.connect() as db:
        if role is not None:
            db.execute(text("SELECT grid.take_on(:login, '')"), {"login": login})
            db.execute(text(f"SET LOCAL ROLE {role}"))
        return list(db.execute(text(sql)).scalars())


def test_every_change_makes_a_new_version_of_the_data(grid):
    with read_transaction(grid) as db:
        seen = [data_version(db)]
    for change in ("UPDATE grid.certificate SET product = '五味子'", "DELETE FROM grid.certificate"):
        issue(grid, "C1")
        with read_transaction(grid) as db:
            seen.append(data_version(db))
        with write_transaction(grid) as db:
            db.execute(text(change))
        with read_transaction(grid) as db:
            seen.append(data_version(db))
    assert len(set(seen)) == 5


def test_changes_are_in_the_audit_trail_without_secrets(grid):
    issue(grid, "C1")
    with write_transaction(grid) as db:
        db.execute(text("UPDATE grid.certificate SET product = '五味子', seal = 'new secret'"))
        db.execute(text("DELETE FROM grid.certificate"))
    told = "action || row_key || (before ->> 'product') || (before ? 'seal') || coalesce(after ? 'seal', false)"
    rows = asked(grid, f"SELECT {told} FROM grid.audit WHERE table_name = 'certificate' ORDER BY id")
    assert rows == ["updateC1人参falsefalse", "deleteC1五味子falsefalse"]


def test_a_batch_is_shown_and_taken_back_and_what_stands_on_it_is_in_the_way(grid):
    first = issue(grid, "C1", "C2")
    second = issue(grid, "C1", product="五味子")
    with read_transaction(grid) as db:
        shown = {(each.column, each.before, each.after) for each in list_differences(db, second)}
        assert ("product", "人参", "五味子") in shown
        assert ("seal", None, HIDDEN) in {
            (each.column, each.before, each.after) for each in list_differences(db, first)
        }
    with pytest.raises(Rejected, match="certificate"):
        etl.undo_batches(grid, [first])
    etl.undo_batches(grid, [second])
    assert asked(grid, "SELECT product FROM grid.certificate ORDER BY serial_no") == ["人参", "人参"]
    chains = f"SELECT count(*) FROM grid.chain_record WHERE on_date = '{DAY}'"
    assert asked(grid, chains) == [2]
    etl.undo_batches(grid, [first])
    assert asked(grid, "SELECT serial_no FROM grid.certificate") == []
    assert asked(grid, chains) == [0]


def test_each_role_sees_what_is_its_to_see(grid):
    issue(grid, "C1", "C2", "C4")
    all_of = "SELECT serial_no FROM grid.certificate ORDER BY 1"
    assert asked(grid, all_of, "grid_app") == []
    assert asked(grid, all_of, "grid_app", "su1") == ["C1", "C2"]
    assert asked(grid, all_of, "grid_app", "su2") == ["C4"]
    assert asked(grid, all_of, "grid_all", "lin") == ["C1", "C2", "C4"]
    assert asked(grid, all_of, "grid_all", "su1") == []
    assert asked(grid, all_of, "grid_load", "lin") == ["C1", "C2", "C4"]
    for role in ("grid_app", "grid_all"):
        for sql in ("SELECT seal FROM grid.certificate", "DELETE FROM grid.certificate RETURNING serial_no"):
            with pytest.raises(ProgrammingError, match="permission denied"):
                asked(grid, sql, role, "lin")
    assert asked(grid, "DELETE FROM grid.certificate RETURNING serial_no", "grid_load", "lin") == ["C1", "C2", "C4"]


ADVISE = "INSERT INTO grid.advice SELECT '{no}', '{subject}', grid.today() + {ahead}, {batch} RETURNING advice_no"


@pytest.mark.parametrize(
    ("login", "changed"),
    [
        ("as1", {}),  # the post does not carry it
        ("lin", {}),  # sees everything, records nothing
        ("", {}),
        ("su1", {"subject": "S4"}),  # another town
        ("su1", {"ahead": 1}),
        ("su1", {"batch": "(SELECT min(id) FROM grid.load_batch)"}),  # somebody else's
    ],
)
def test_what_is_entered_by_hand_asks_for_its_right_at_its_place(grid, login, changed):
    issue(grid, "C1")
    given = {"no": "A1", "subject": "S1", "ahead": 0, "batch": "grid.hand_batch('advice')"}
    assert asked(grid, ADVISE.format(**given), "grid_app", "su1") == ["A1"], "or the refusal would prove nothing"
    with pytest.raises(ProgrammingError, match=r"row-level security|not-null"):
        asked(grid, ADVISE.format(**given | changed), "grid_app", login)


def test_what_is_entered_by_hand_is_noted_and_never_changed_there(grid):
    given = {"no": "A1", "subject": "S1", "ahead": 0, "batch": "grid.hand_batch('advice')"}
    with grid.begin() as db:
        db.execute(text("SELECT grid.take_on('su1', '')"))
        db.execute(text("SET LOCAL ROLE grid_app"))
        db.execute(text(ADVISE.format(**given)))
    noted = "SELECT login || action || row_key FROM grid.audit WHERE table_name = 'advice'"
    assert asked(grid, noted) == ["su1insertA1"]
    for sql in ("UPDATE grid.advice SET said_on = said_on", "DELETE FROM grid.advice"):
        with pytest.raises(ProgrammingError, match="permission denied"):
            asked(grid, sql, "grid_app", "su1")


def apart(db: Connection) -> None:
    """Nothing else stands between the two subjects: not who answers for them, not the chains of their day."""
    db.execute(text("DELETE FROM grid.post WHERE subject_id = 'S2'"))
    db.execute(text("DELETE FROM grid.chain_record"))


def test_it_goes_along_when_subjects_are_merged_and_comes_back(grid):
    issue(grid, "C1", "C2")
    of = "SELECT subject_id FROM grid.certificate ORDER BY serial_no"
    with write_transaction(grid) as db:
        apart(db)
        number = merge_subjects(db, "S1", "S2", on=DAY)
    assert asked(grid, of) == ["S1", "S1"]
    with write_transaction(grid) as db:
        undo_merge(db, number)
    assert asked(grid, of) == ["S1", "S2"]


def test_two_rows_of_one_key_keep_subjects_apart(grid):
    with write_transaction(grid) as db:
        db.execute(text("ALTER TABLE grid.certificate ADD UNIQUE (subject_id, issued_on)"))
    issue(grid, "C1", "C2")
    with write_transaction(grid) as db:
        apart(db)
        with pytest.raises(UserError, match="certificate"):
            merge_subjects(db, "S1", "S2", on=DAY)


def test_it_is_exported_as_it_stands_whole_or_of_one_unit(grid, tmp_path):
    issue(grid, "C1", "C4")
    for unit, serials in ((None, ["C1", "C4"]), ("T1", ["C1"])):
        with read_transaction(grid) as db:
            assert export_facts(db, "certificate", tmp_path / "out.csv", unit=unit) == len(serials)
        with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert [row["serial_no"] for row in rows] == serials
        assert list(rows[0]) == ["serial_no", "subject_id", "issued_on", "product"]
    with read_transaction(grid) as db, pytest.raises(UserError, match="account"):
        export_facts(db, "account", tmp_path / "out.csv")


def test_a_column_that_is_none_is_refused_where_it_is_declared():
    with pytest.raises(TypeError, match="no column nowhere"):
        facts(place="nowhere", read=Permission.SEE_AREA, write=Permission.LOAD_FACTS)(fact_model())
    assert "former_village" in fact_tables()


def test_a_right_to_read_that_no_condition_keeps_is_refused_where_it_is_declared():
    with pytest.raises(TypeError, match="read=read_audit without seen_if"):
        facts(place="person_no", read=Permission.READ_AUDIT, write=Permission.LOAD_FACTS)(fact_model())


def fact_model() -> type[Base]:
    """Some model of ours, to be declared wrongly."""
    found: type[Base] = next(each.class_ for each in Base.registry.mappers if each.class_.__tablename__ == "training")
    return found
