"""Taking batches back: the rows they added go, the rows they changed or removed stand again as they stood.

What to do with a table follows from its model: rows nothing refers to are taken out and put back whole (an exclusion
constraint then sees only the end state), rows that are referred to are restored in place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from sqlalchemy import Connection, Engine, Table, text
from sqlalchemy.exc import IntegrityError

from etl.load.database_refusal import broken_rule
from etl.load.undo_dependents import carried_tables, file_of, find_dependents, is_referred_to, undo_refusal
from geodata.database.batches import Batch, get_batch, operator_name
from geodata.database.registry import added_sql, table_name, undoable_tables
from geodata.database.scope import write_transaction
from geodata.errors import Rejected
from geodata.locks import Lock, take_lock
from geodata.models import SCHEMA, Base, Facts, fact_tables


def _take_out(db: Connection, table: Table, given: dict[str, int]) -> None:
    """Take out what the batch added; of a table nothing refers to, also what it changed."""
    kept = fact_tables()[table.name]
    if kept.of_the_day:
        # it stays while something of another batch happened on the day, and then belongs to that batch
        same = f"(d.subject_id, d.day) = (t.subject_id, t.{kept.on})"
        others = f"({_happenings()}) AS d WHERE {same} AND d.batch_id <> :batch"
        gone = f"t.batch_id = :batch AND NOT EXISTS (SELECT FROM {others})"
        db.execute(text(f"DELETE FROM grid.{table.name} AS t WHERE {gone}"), given)
        other = f"(SELECT min(d.batch_id) FROM {others})"
        db.execute(text(f"UPDATE grid.{table.name} AS t SET batch_id = {other} WHERE batch_id = :batch"), given)
        return
    condition = added_sql(db, table.name) if is_referred_to(table) else "t.batch_id = :batch"
    db.execute(text(f"DELETE FROM grid.{table.name} AS t WHERE {condition}"), given)


def _happenings() -> str:
    """SQL of what makes a day one to be told: subject, day and batch of every fact that keeps who answered then."""
    facts = (kept for kept in fact_tables().values() if kept.freezes_chain)
    return " UNION ALL ".join(f"SELECT subject_id, {kept.on} AS day, batch_id FROM grid.{kept.table}" for kept in facts)


def _put_back(db: Connection, table: Table, given: dict[str, int]) -> None:
    """Restore the rows kept of a table: those still there in place, those taken out by insertion."""
    names = [each.name for each in table.c if each.computed is None]
    keys = [each.name for each in table.primary_key]
    kept = (
        "SELECT p.* FROM grid.undo_row AS u"
        f" CROSS JOIN LATERAL jsonb_populate_record(NULL::grid.{table.name}, u.before) AS p"
        f" WHERE u.batch_id = :batch AND u.table_name = '{table.name}'"
    )
    same = " AND ".join(f"t.{name} = k.{name}" for name in keys)
    if is_referred_to(table):
        sets = ", ".join(f"{name} = k.{name}" for name in names if name not in keys)
        db.execute(text(f"UPDATE grid.{table.name} AS t SET {sets} FROM ({kept}) AS k WHERE {same}"), given)
    missing = f"NOT EXISTS (SELECT FROM grid.{table.name} AS t WHERE {same})"
    db.execute(
        text(
            f"INSERT INTO grid.{table.name} ({', '.join(names)}) OVERRIDING SYSTEM VALUE"
            f" SELECT {', '.join(f'k.{name}' for name in names)} FROM ({kept}) AS k WHERE {missing}"
        ),
        given,
    )


def _ask_who_may(db: Connection, undone: Batch) -> None:
    """Refuse a batch with rows that are not the caller's to take back."""
    for kept in fact_tables().values():
        if kept.taken_back_if is not None and _not_yours(db, kept, {"batch": undone.id}):
            raise Rejected("etl.undo.not_yours", batch=undone.id, file=file_of(undone), table=table_name(kept.table))


def _not_yours(db: Connection, kept: Facts, given: dict[str, int]) -> bool:
    """Whether the batch brought, changed or removed a row that the caller may not take back."""
    rows = f"SELECT t.* FROM grid.{kept.table} AS t WHERE t.batch_id = :batch"
    former = (
        "SELECT p.* FROM grid.undo_row AS u"
        f" CROSS JOIN LATERAL jsonb_populate_record(NULL::grid.{kept.table}, u.before) AS p"
        f" WHERE u.batch_id = :batch AND u.table_name = '{kept.table}'"
    )
    asked = f"SELECT EXISTS (SELECT FROM ({rows} UNION ALL {former}) AS r WHERE NOT {kept.taken_back_if})"
    return bool(db.execute(text(asked), given).scalar_one())


def _undo_one(db: Connection, number: int, progress: Callable[[int, int], object]) -> Batch:
    undone = get_batch(db, number, lock=True)
    if undone.undone_at is not None:
        raise Rejected("etl.undo.already", batch=number, file=file_of(undone), at=f"{undone.undone_at:%Y-%m-%d %H:%M}")
    if not undone.closed:
        raise Rejected("etl.undo.not_kept", batch=number, file=file_of(undone))
    _ask_who_may(db, undone)
    newer = find_dependents(db, number)
    if newer:
        raise undo_refusal(db, undone, newer)
    given = {"batch": number}
    carried = {
        target: list(
            db.execute(text(f"SELECT {by.place} FROM grid.{by.table} WHERE batch_id = :batch"), given).scalars()
        )
        for target, by in carried_tables().items()
    }
    _end_records(db, given)
    steps = [*((_take_out, table) for table in _outward()), *((_put_back, table) for table in undoable_tables())]
    for done, (step, table) in enumerate(steps):
        progress(done, len(steps))
        step(db, table, given)
    for target, by in carried_tables().items():
        orphaned = f"NOT EXISTS (SELECT FROM grid.{by.table} AS v WHERE v.{by.place} = u.{by.place})"
        gone = f"DELETE FROM grid.{target} AS u WHERE u.{by.place} = ANY(:keys) AND {orphaned}"
        db.execute(text(gone), {"keys": carried[target]})
    db.execute(text("DELETE FROM grid.undo_row WHERE batch_id = :batch"), given)
    db.execute(
        text(
            "UPDATE grid.load_batch SET undone_at = now(), undone_by = coalesce(grid.signed_in(), :by)"
            " WHERE id = :batch"
        ),
        {"by": operator_name(), **given},
    )
    return get_batch(db, number)


def _end_records(db: Connection, given: dict[str, int]) -> None:
    """Take out the records that are at an end (a merge that was taken back) and refer to what the batch added."""
    for kept in fact_tables().values():
        if kept.ended_if is None:
            continue
        for reference in _table_of(kept).foreign_key_constraints:
            target = reference.referred_table.name
            on = " AND ".join(f"m.{own.parent.name} = t.{own.column.name}" for own in reference.elements)
            gone = f"m.{kept.ended_if} AND {on} AND {added_sql(db, target)}"
            db.execute(text(f"DELETE FROM grid.{kept.table} AS m USING grid.{target} AS t WHERE {gone}"), given)


def _table_of(kept: Facts) -> Table:
    return Base.metadata.tables[f"{SCHEMA}.{kept.table}"]


def _outward() -> list[Table]:
    """The fact tables, what refers first; what tells of a day right before the subjects, after what happened."""
    tables = [each for each in reversed(undoable_tables()) if not fact_tables()[each.name].of_the_day]
    days = [_table_of(kept) for kept in fact_tables().values() if kept.of_the_day]
    at = next(place for place, each in enumerate(tables) if each.name == "subject")
    return [*tables[:at], *days, *tables[at:]]


def undo_batches(
    engine: Engine, numbers: Sequence[int], progress: Callable[[int, int], object] = lambda _done, _whole: None
) -> list[Batch]:
    """Take batches back, newest first, all or none; every fact table stands as it stood before them.

    Parameters
    ----------
    engine
        Engine of a role that may load: the owner's, or ``grid_load``'s.
    numbers
        Numbers of batches, in any order; one said twice counts once.
    progress
        Called with how many tables of a batch are done and how many there are.

    Returns
    -------
    batches
        As they are kept now, newest first.

    Raises
    ------
    NotFound
        A batch of that number was never loaded.
    Rejected
        A batch was taken back already, or something newer stands on it; the sentence says what.
    """
    with write_transaction(engine) as db:
        take_lock(db, Lock.LOAD)
        db.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        try:
            undone = [_undo_one(db, number, progress) for number in sorted(set(numbers), reverse=True)]
            db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except IntegrityError as error:
            raise Rejected("etl.undo.refused", detail=broken_rule(error)) from error
    return undone
