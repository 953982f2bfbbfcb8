"""Taking batches back: the rows they added go, the rows they changed or removed stand again as they stood.

What to do with a table follows from its model: rows nothing refers to are taken out and put back whole (an exclusion
constraint then sees only the end state), rows that are referred to are restored in place.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, ForeignKeyConstraint, Table, text
from sqlalchemy.exc import IntegrityError

from geodata.database.batches import Batch, get_batch, operator_name
from geodata.database.engine import writing
from geodata.database.locks import Lock, take_lock
from geodata.database.registry import added_sql, fact_tables, table_name
from geodata.errors import Rejected
from geodata.locale import say
from geodata.models import SCHEMA, Base
from geodata.settings import settings

_UNIT = "unit"
_MERGE = "subject_merge"
_CHAIN = "chain_record"
_DAYS = "SELECT subject_id, visited_on AS on_date, batch_id FROM grid.visit"
_DAYS += " UNION ALL SELECT subject_id, sampled_on, batch_id FROM grid.sample"


@dataclass(frozen=True)
class Dependent:
    """Rows that stand in the way: ``batch_id`` changed or refers to ``rows`` rows of ``table``.

    Rows without a batch are told by ``beside``, the table that holds them (an account, a work item), or by the number
    of the merge of subjects that changed them; with none of these, a hand outside of any load changed the rows.
    """

    batch_id: int | None
    table: str
    rows: int
    refers: bool
    beside: str = ""
    merge_no: int | None = None

    @property
    def by(self) -> str:
        """Who stands in the way, as the catalogue's key says it."""
        if self.merge_no is not None:
            return "by_merge"
        return f"by_{'batch' if self.batch_id is not None else self.beside or 'hand'}"


def _added_units(db: Connection) -> str:
    """SQL of the codes that exist because of ``:batch`` alone."""
    return (
        f"SELECT t.code FROM grid.unit_version AS t WHERE {added_sql(db, 'unit_version')} AND NOT EXISTS ("
        f"SELECT FROM grid.unit_version AS o WHERE o.code = t.code AND o.id NOT IN"
        f" (SELECT t.id FROM grid.unit_version AS t WHERE {added_sql(db, 'unit_version')}))"
    )


def _references(table: Table) -> Iterator[tuple[ForeignKeyConstraint, str]]:
    for each in table.foreign_key_constraints:
        target = each.referred_table.name
        # what goes with the row it refers to stands in nobody's way (a work item, with its unit; the record of a merge)
        if target != "load_batch" and each.ondelete != "CASCADE" and table.name != _MERGE:
            yield each, target


def dependents(db: Connection, number: int) -> list[Dependent]:
    """What newer than batch ``number`` stands on it: rows changed since, and rows that refer to rows it added."""
    given = {"batch": number}
    changed = db.execute(
        text(
            "SELECT batch_id, table_name, count(*) FROM grid.undo_row WHERE was_batch = :batch"
            " GROUP BY batch_id, table_name ORDER BY batch_id, table_name"
        ),
        given,
    )
    found = [Dependent(by, table, rows, refers=False) for by, table, rows in changed]
    facts = {each.name for each in fact_tables()}
    for child in Base.metadata.sorted_tables:
        for reference, target in _references(child):
            if target in facts | {_UNIT}:
                found += _referring(db, child, reference, target, number)
    return [*found, *_answering(db, number), *_merged(db, number), *_touched(db, number)]


def _referring(
    db: Connection, child: Table, reference: ForeignKeyConstraint, target: str, number: int
) -> list[Dependent]:
    on = " AND ".join(f"c.{own.parent.name} = t.{own.column.name}" for own in reference.elements)
    added = f"t.code IN ({_added_units(db)})" if target == _UNIT else added_sql(db, target)
    by = "c.batch_id" if "batch_id" in child.c else "NULL::integer"
    rows = db.execute(
        text(
            f"SELECT {by}, count(*) FROM grid.{child.name} AS c JOIN grid.{target} AS t ON {on}"
            f" WHERE {by} IS DISTINCT FROM :batch AND {added} GROUP BY 1 ORDER BY 1"
        ),
        {"batch": number},
    )
    return [Dependent(by, target, count, refers=True, beside=child.name if by is None else "") for by, count in rows]


def _answering(db: Connection, number: int) -> list[Dependent]:
    """Chains of newer days that name people the batch added: an array has no foreign key."""
    named = "c.district_people || c.town_people || c.village_people || c.subject_people"
    rows = db.execute(
        text(
            f"WITH added AS (SELECT t.person_no FROM grid.person AS t WHERE {added_sql(db, 'person')})"
            f" SELECT c.batch_id, count(*) FROM grid.{_CHAIN} AS c WHERE EXISTS (SELECT FROM added)"
            f" AND c.batch_id IS DISTINCT FROM :batch AND ({named}) && ARRAY(SELECT person_no FROM added)"
            " GROUP BY 1 ORDER BY 1"
        ),
        {"batch": number},
    )
    return [Dependent(by, "person", count, refers=True) for by, count in rows]


def _merged(db: Connection, number: int) -> list[Dependent]:
    """Rows of the batch that a merge of subjects has changed or taken out: only undoing the merge has them back."""
    rows = db.execute(text("SELECT merge_no, table_name, row_count FROM grid.merged_of(:batch)"), {"batch": number})
    return [Dependent(None, table, count, refers=False, merge_no=merge) for merge, table, count in rows]


def _touched(db: Connection, number: int) -> list[Dependent]:
    """Rows changed since outside of any batch, by the audit trail: they still name this batch, but say otherwise."""
    rows = db.execute(text("SELECT table_name, row_count FROM grid.touched_since(:batch)"), {"batch": number})
    return [Dependent(None, table, count, refers=False) for table, count in rows]


def file_of(entered: Batch) -> str:
    """The file of a batch as people are told it; what was entered by hand has none."""
    return entered.file_name or say("etl.undo.entered", settings().lang)


def _refusal(db: Connection, undone: Batch, found: Sequence[Dependent]) -> Rejected:
    lang = settings().lang
    grouped: dict[tuple[int | None, int | None, str], list[Dependent]] = {}
    for each in found:
        grouped.setdefault((each.batch_id, each.merge_no, each.by), []).append(each)
    # the newest batch is the one to begin with; of the others their number is enough
    numbers = sorted(number for number, _, _ in grouped if number is not None)
    said = []
    for (number, merge, by), standing in grouped.items():
        if number is not None and number != numbers[-1]:
            continue
        what = say("etl.list_comma", lang).join(
            # one row may refer twice: a post to its holder and to whom it acts for
            dict.fromkeys(
                say(
                    f"etl.undo.{'refers' if each.refers else 'changed'}",
                    lang,
                    rows=each.rows,
                    table=table_name(each.table),
                )
                for each in standing
            )
        )
        name = file_of(get_batch(db, number)) if number is not None else ""
        said.append(say(f"etl.undo.{by}", lang, batch=number, file=name, merge=merge, what=what))
    if len(numbers) > 1:
        said.append(say("etl.undo.others", lang, count=len(numbers) - 1))
    return Rejected(
        "etl.undo.depends",
        batch=undone.id,
        file=file_of(undone),
        newer=say("etl.undo.semicolon", lang).join(dict.fromkeys(said)),
    )


def _take_out(db: Connection, table: Table, given: dict[str, int]) -> None:
    """Take out what the batch added; of a table nothing refers to, also what it changed."""
    if table.name == _CHAIN:
        # the chain of a day stays while something of another batch happened on it, and then belongs to that batch
        others = f"({_DAYS}) AS d WHERE (d.subject_id, d.on_date) = (t.subject_id, t.on_date) AND d.batch_id <> :batch"
        gone = f"t.batch_id = :batch AND NOT EXISTS (SELECT FROM {others})"
        db.execute(text(f"DELETE FROM grid.{_CHAIN} AS t WHERE {gone}"), given)
        stays = (
            f"UPDATE grid.{_CHAIN} AS t SET batch_id = (SELECT min(d.batch_id) FROM {others}) WHERE batch_id = :batch"
        )
        db.execute(text(stays), given)
        return
    condition = added_sql(db, table.name) if _referred_to(table) else "t.batch_id = :batch"
    db.execute(text(f"DELETE FROM grid.{table.name} AS t WHERE {condition}"), given)


def _referred_to(table: Table) -> bool:
    return any(target == table.name for each in Base.metadata.sorted_tables for _, target in _references(each))


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
    if _referred_to(table):
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


_POSTS_NOT_YOURS = """
SELECT EXISTS (SELECT FROM (
    SELECT role, person_no FROM grid.post WHERE batch_id = :batch
    UNION SELECT before ->> 'role', before ->> 'person_no' FROM grid.undo_row
          WHERE batch_id = :batch AND table_name = 'post') AS of_batch
WHERE NOT grid.may_give_post(role, person_no))"""


def _undo_one(db: Connection, number: int) -> Batch:
    undone = get_batch(db, number, lock=True)
    if undone.undone_at is not None:
        raise Rejected("etl.undo.already", batch=number, file=file_of(undone), at=f"{undone.undone_at:%Y-%m-%d %H:%M}")
    if not undone.closed:
        raise Rejected("etl.undo.not_kept", batch=number, file=file_of(undone))
    if db.execute(text(_POSTS_NOT_YOURS), {"batch": number}).scalar_one():
        raise Rejected("etl.undo.posts", batch=number, file=file_of(undone))
    newer = dependents(db, number)
    if newer:
        raise _refusal(db, undone, newer)
    given = {"batch": number}
    codes = list(db.execute(text("SELECT code FROM grid.unit_version WHERE batch_id = :batch"), given).scalars())
    # the record of a merge that was taken back goes with the subjects it was of
    of_added = f"m.undone_at IS NOT NULL AND t.subject_id IN (m.kept_id, m.dropped_id) AND {added_sql(db, 'subject')}"
    db.execute(text(f"DELETE FROM grid.{_MERGE} AS m USING grid.subject AS t WHERE {of_added}"), given)
    for table in _outward():
        _take_out(db, table, given)
    for table in fact_tables():
        _put_back(db, table, given)
    orphaned = "NOT EXISTS (SELECT FROM grid.unit_version AS v WHERE v.code = u.code)"
    db.execute(text(f"DELETE FROM grid.unit AS u WHERE u.code = ANY(:codes) AND {orphaned}"), {"codes": codes})
    db.execute(text("DELETE FROM grid.undo_row WHERE batch_id = :batch"), given)
    db.execute(
        text(
            "UPDATE grid.load_batch SET undone_at = now(), undone_by = coalesce(grid.signed_in(), :by)"
            " WHERE id = :batch"
        ),
        {"by": operator_name(), **given},
    )
    db.execute(text("SELECT grid.note('undo', CAST(:batch AS text))"), given)
    return get_batch(db, number)


def _outward() -> list[Table]:
    """The fact tables, what refers first; the chains of days right before the subjects, after what happened."""
    tables = [each for each in reversed(fact_tables()) if each.name != _CHAIN]
    at = next(place for place, each in enumerate(tables) if each.name == "subject")
    return [*tables[:at], Base.metadata.tables[f"{SCHEMA}.{_CHAIN}"], *tables[at:]]


def undo(engine: Engine, numbers: Sequence[int]) -> list[Batch]:
    """Take batches back, newest first, all or none; every fact table stands as it stood before them.

    Raises
    ------
    NotFound
        A batch of that number was never loaded.
    Rejected
        A batch was taken back already, or something newer stands on it; the sentence says what.
    """
    with writing(engine) as db:
        take_lock(db, Lock.LOAD)
        db.execute(text("SET CONSTRAINTS ALL DEFERRED"))
        try:
            undone = [_undo_one(db, number) for number in sorted(set(numbers), reverse=True)]
            db.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
        except IntegrityError as error:
            raise Rejected("etl.undo.refused", detail=str(error.orig).splitlines()[0]) from error
    return undone
