"""What newer than a batch stands on it, and so in the way of taking it back; and how people are told."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, ForeignKeyConstraint, Table, text

from geodata.database.batches import Batch, get_batch
from geodata.database.registry import added_sql, table_name, undoable_tables
from geodata.errors import Rejected
from geodata.locale import read_catalogue, translate
from geodata.models import Base, Facts, fact_tables
from geodata.settings import settings


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
        return f"by_{'batch' if self.batch_id is not None else self._stands_beside() or 'hand'}"

    def _stands_beside(self) -> str:
        """The table beside, where people have a word for it."""
        return self.beside if f"etl.undo.by_{self.beside}" in read_catalogue(settings().lang) else ""


def carried_tables() -> dict[str, Facts]:
    """Tables whose rows exist because of those of another (units, of their versions) → that other one.

    Returns
    -------
    tables
        Names without the schema.
    """
    return {kept.carries: kept for kept in fact_tables().values() if kept.carries is not None}


def _added_carried(db: Connection, by: Facts) -> str:
    """SQL of the keys that exist because of ``:batch`` alone: all their rows were added by it.

    Each row is looked at once, whatever the planner knows of the tables: right after a load it knows nothing.
    """
    brought = f"SELECT {by.place} FROM grid.{by.table} WHERE batch_id = :batch"
    return (
        f"SELECT t.{by.place} FROM grid.{by.table} AS t WHERE t.{by.place} IN ({brought})"
        f" GROUP BY t.{by.place} HAVING bool_and({added_sql(db, by.table)})"
    )


def _references(table: Table) -> Iterator[tuple[ForeignKeyConstraint, str]]:
    for each in table.foreign_key_constraints:
        target = each.referred_table.name
        # what goes with the row it refers to stands in nobody's way (a work item, with its unit; the record of a merge)
        if target in fact_tables() and each.ondelete != "CASCADE" and fact_tables()[table.name].ended_if is None:
            yield each, target


def find_dependents(db: Connection, number: int) -> list[Dependent]:
    """What newer than batch ``number`` stands on it: rows changed since, and rows that refer to rows it added.

    Parameters
    ----------
    db
        The transaction that would take it back.
    number
        Number of the batch.

    Returns
    -------
    dependents
        Empty when nothing stands in the way.
    """
    given = {"batch": number}
    changed = db.execute(
        text(
            "SELECT batch_id, table_name, count(*) FROM grid.undo_row WHERE was_batch = :batch"
            " GROUP BY batch_id, table_name ORDER BY batch_id, table_name"
        ),
        given,
    )
    found = [Dependent(by, table, rows, refers=False) for by, table, rows in changed]
    facts = {each.name for each in undoable_tables()}
    for child in _registered_tables():
        for reference, target in _references(child):
            if target in facts | carried_tables().keys():
                found += _referring(db, child, reference, target, number)
    return [*found, *_answering(db, number), *_merged(db, number), *_touched(db, number)]


def _referring(
    db: Connection, child: Table, reference: ForeignKeyConstraint, target: str, number: int
) -> list[Dependent]:
    on = " AND ".join(f"c.{own.parent.name} = t.{own.column.name}" for own in reference.elements)
    by_others = carried_tables().get(target)
    added = f"t.{by_others.place} IN ({_added_carried(db, by_others)})" if by_others else added_sql(db, target)
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
    """Rows that name in an array what the batch added, as chains of newer days do: an array has no foreign key.

    What was added is hashed once: ``IS TRUE`` keeps the planner, which knows nothing of it yet, from comparing each
    name of each row with each of it.
    """
    found: list[Dependent] = []
    for kept in fact_tables().values():
        if kept.naming is None:
            continue
        target, columns = kept.naming
        key, named = fact_tables()[target].key, " || ".join(f"c.{column}" for column in columns)
        rows = db.execute(
            text(
                f"WITH added AS (SELECT t.{key} FROM grid.{target} AS t WHERE {added_sql(db, target)})"
                f" SELECT c.batch_id, count(*) FROM grid.{kept.table} AS c WHERE EXISTS (SELECT FROM added)"
                f" AND c.batch_id IS DISTINCT FROM :batch AND (SELECT bool_or((n.name IN (SELECT {key} FROM added))"
                f" IS TRUE) FROM unnest({named}) AS n (name)) GROUP BY 1 ORDER BY 1"
            ),
            {"batch": number},
        )
        found += [Dependent(by, target, count, refers=True) for by, count in rows]
    return found


def _merged(db: Connection, number: int) -> list[Dependent]:
    """Rows of the batch that a merge of subjects has changed or taken out: only undoing the merge has them back."""
    rows = db.execute(text("SELECT merge_no, table_name, row_count FROM grid.merged_of(:batch)"), {"batch": number})
    return [Dependent(None, table, count, refers=False, merge_no=merge) for merge, table, count in rows]


def _touched(db: Connection, number: int) -> list[Dependent]:
    """Rows changed since outside of any batch, by the audit trail: they still name this batch, but say otherwise."""
    rows = db.execute(text("SELECT table_name, row_count FROM grid.touched_since(:batch)"), {"batch": number})
    return [Dependent(None, table, count, refers=False) for table, count in rows]


def file_of(entered: Batch) -> str:
    """The file of a batch as people are told it; what was entered by hand has none.

    Parameters
    ----------
    entered
        A batch.

    Returns
    -------
    name
        Name of the file, or the words for an entry by hand in the language of the settings.
    """
    return entered.file_name or translate("etl.undo.entered", settings().lang)


def undo_refusal(db: Connection, undone: Batch, found: Sequence[Dependent]) -> Rejected:
    """The sentence that says what stands in the way of taking a batch back, the newest first.

    Parameters
    ----------
    db
        The transaction that would have taken it back.
    undone
        The batch.
    found
        What stands in the way, at least one.

    Returns
    -------
    refusal
        To be raised; only the newest batch in the way is named, of the others their number.
    """
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
        what = translate("list.comma", lang).join(
            # one row may refer twice: a post to its holder and to whom it acts for
            dict.fromkeys(
                translate(
                    f"etl.undo.{'refers' if each.refers else 'changed'}",
                    lang,
                    rows=each.rows,
                    table=table_name(each.table),
                )
                for each in standing
            )
        )
        name = file_of(get_batch(db, number)) if number is not None else ""
        said.append(translate(f"etl.undo.{by}", lang, batch=number, file=name, merge=merge, what=what))
    if len(numbers) > 1:
        said.append(translate("etl.undo.others", lang, count=len(numbers) - 1))
    return Rejected(
        "etl.undo.depends",
        batch=undone.id,
        file=file_of(undone),
        newer=translate("etl.undo.semicolon", lang).join(dict.fromkeys(said)),
    )


def _registered_tables() -> list[Table]:
    return [each for each in Base.metadata.sorted_tables if each.name in fact_tables()]


def is_referred_to(table: Table) -> bool:
    """Whether rows of another table refer to those of this one, and are no part of them.

    Parameters
    ----------
    table
        A registered table of facts.

    Returns
    -------
    referred
        True when a batch's rows of it are put back in place.
    """
    return any(target == table.name for each in _registered_tables() for _, target in _references(each))
