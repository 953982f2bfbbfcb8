"""Taking a whole demonstration out again; what came with the program stays."""

from __future__ import annotations

from sqlalchemy import Connection, text

from geodata.database.registry import undoable_tables


def clear_district(db: Connection) -> None:
    """Empty every table of facts; rules and the lists that came with the program stay.

    Parameters
    ----------
    db
        The transaction, of the schema's owner; nothing but a demonstration may be in the database.
    """
    # what came with the program belongs to no batch
    mixed = [each.name for each in undoable_tables() if each.c.batch_id.nullable and "subject_id" not in each.c]
    for table in mixed:
        kept = f"SELECT * FROM grid.{table} WHERE batch_id IS NULL"
        db.execute(text(f"CREATE TEMP TABLE kept_{table} ON COMMIT DROP AS {kept}"))
    # everything loaded hangs on these four; who was erased was somebody invented
    db.execute(text("TRUNCATE grid.load_batch, grid.unit, grid.person, grid.subject, grid.erased_person CASCADE"))
    # a database upgraded with visits in it has dealers answer the seven for a time: without visits none need that
    dealers = "CASE checklist_no WHEN 'producer' THEN array_remove(kinds, 'input_dealer') ELSE kinds END"
    since = "(SELECT min(from_on) FROM kept_checklist)"
    db.execute(text(f"UPDATE kept_checklist SET kinds = {dealers}, from_on = {since}"))
    for table in mixed:
        db.execute(text(f"INSERT INTO grid.{table} SELECT * FROM kept_{table}"))
