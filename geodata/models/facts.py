"""How a table of facts is kept, said once beside its model; the upgrade writes it to ``grid.fact_table``.

``schema/facts.sql`` applies it: the data's version, the audit trail, undo, row-level security for every role. Merging
subjects, taking batches back and export read the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from sqlalchemy import Table

from geodata.models.base import Base
from geodata.permissions import Permission


class Audit(StrEnum):
    """What the audit trail notes of a table, row by row."""

    CHANGES = "changes"
    """Changes and removals; what arrives is known by its batch."""
    EVERYTHING = "everything"
    """Also each row that is added."""
    OWN = "own"
    """What its own triggers in ``schema/`` note; or nothing, where another table's trail tells it."""


class Merge(StrEnum):
    """What becomes of a subject's rows when it is merged into another."""

    MOVES = "moves"
    """They are the other's from then on; the merge is refused where it has a row of the same key."""
    OWN = "own"
    """What ``schema/merge.sql`` says of them."""


@dataclass(frozen=True)
class Facts:
    """How one table of facts is kept.

    Attributes
    ----------
    table : the table's name in schema ``grid``.
    place : the column that says where a row belongs, and so who of an area sees it: ``code``, ``unit_code``,
        ``village_code``, ``subject_id``, ``sample_no`` or ``person_no`` (``schema/facts.sql`` knows their conditions);
        with ``seen_if`` it is only told.
    on : the column of the day a row is of; None for what has no one day.
    read, write : what reading and writing a row asks for. Whoever sees the area sees its rows, or a number would depend
        on who asks for it; where reading asks for more, ``seen_if`` says so in SQL.
    key : the column by which the audit trail knows a row.
    seen_if : SQL condition of who of an area sees a row, where ``place`` alone does not say it.
    all_if : SQL condition under which somebody reads all rows.
    secret : columns nobody reads through the application.
    loaded : files bring its rows, so the role that loads sees and writes all of them.
    undoable : its rows belong to batches (``batch_id``), and a batch can be taken back.
    revises : a change makes a new version of the data, and every cache asks anew.
    audit : what the audit trail notes.
    by_hand : rows are also entered one by one, by somebody signed in who may ``write`` at ``place``; each is noted.
        ``schema/by_hand.sql`` narrows that for the tables it names.
    freezes_chain : a row is something that happened at a subject on the day ``on``: who answers then is kept with it
        (``chain_record``), and the data are as of the newest such day.
    on_merge : what a merge of subjects does to its rows; None for what belongs to no subject.
    of_the_day : a row tells of a subject's day, on which several batches may have brought something; it goes with the
        last of them, and belongs to another of them before.
    naming : columns that hold keys of ``table`` in an array, where no foreign key can stand: ``(table, columns)``.
    carries : the table whose rows exist because of these, by the column ``place`` of the same name in both; they go
        with the last of them.
    ended_if : SQL condition under which a record stands in nobody's way, and goes with the facts it refers to.
    taken_back_if : SQL condition on a row that must hold, before and after, for whoever takes its batch back.
    """

    table: str
    place: str
    on: str | None
    read: Permission
    write: Permission
    key: str
    seen_if: str | None = None
    all_if: str = "grid.sees_all()"
    secret: tuple[str, ...] = ()
    loaded: bool = True
    undoable: bool = True
    revises: bool = True
    audit: Audit = Audit.CHANGES
    by_hand: bool = False
    freezes_chain: bool = False
    on_merge: Merge | None = None
    of_the_day: bool = False
    naming: tuple[str, tuple[str, ...]] | None = None
    carries: str | None = None
    ended_if: str | None = None
    taken_back_if: str | None = None


Model = TypeVar("Model", bound=type[Base])

_REGISTERED: dict[str, Facts] = {}


def facts(
    *,
    place: str,
    read: Permission,
    write: Permission,
    on: str | None = None,
    key: str | None = None,
    on_merge: Merge | None = None,
    **kept: object,
) -> Callable[[Model], Model]:
    """Register a model as a table of facts; what is not said follows from its columns.

    Parameters
    ----------
    place, read, write, on
        As in ``Facts``.
    key
        Default: the first column of the primary key.
    on_merge
        Default: rows of a subject (``subject_id``) move with it.
    **kept
        The other attributes of ``Facts`` that are not as usual.

    Returns
    -------
    register
        Class decorator that gives the model back as it was.

    Raises
    ------
    TypeError
        A column that is named is none of the table's, an attribute is unknown, or reading asks for more than the area
        without ``seen_if``.
    """

    def register(model: Model) -> Model:
        table = model.__table__
        assert isinstance(table, Table)
        said = {"undoable": "batch_id" in table.c, "on_merge": on_merge} | kept
        if on_merge is None and "subject_id" in table.c:
            said["on_merge"] = Merge.MOVES
        first = next(iter(table.primary_key.columns)).name
        made = Facts(table.name, place, on, read, write, key or first, **said)  # type: ignore[arg-type]
        missing = {made.place, made.on, made.key, *made.secret} - {None, *table.c.keys()}
        if missing:
            raise TypeError(f"@facts on {model.__name__}: no column {', '.join(sorted(map(str, missing)))}")
        if made.read is not Permission.SEE_AREA and made.seen_if is None:
            raise TypeError(f"@facts on {model.__name__}: read={made.read.value} without seen_if lets everybody read")
        _REGISTERED[table.name] = made
        return model

    return register


def fact_tables() -> dict[str, Facts]:
    """Every registered table by its name, in the order of names.

    Returns
    -------
    tables
        Name without schema → how it is kept; only of models that are imported.
    """
    return dict(sorted(_REGISTERED.items()))
