"""What a person may say about the files of a load, and what the load makes of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import MappingProxyType
from typing import TypedDict

from etl.recognise.headings import fold_heading
from etl.recognise.row_selection import Where
from geodata.errors import UserError
from geodata.vocabulary import Datum

Progress = Callable[[str, int, int | None], None]
"""Called with the file's name, rows read so far, and all its rows (None: not known)."""


@dataclass(frozen=True)
class Options:
    """What the person says about the files of one load."""

    kind: str | None = None
    datum: Datum | None = None
    max_rejects: int = 0
    valid_from: date | None = None
    where: Where | None = None
    synthetic: bool = False
    columns: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Folded heading → field name, as a person corrects it; an empty name leaves the column out."""
    accept_renames: bool = False
    differences: int | None = None
    """In a preview, how many rows of each sort are compared column by column; rows with faults do not stop it."""


class Said(TypedDict, total=False):
    """What a person may say about the files of a load; each is explained at ``load_files``."""

    kind: str | None
    datum: Datum | str | None
    max_rejects: int
    synthetic: bool
    valid_from: date | None
    where: str | None
    columns: Mapping[str, str] | None
    accept_renames: bool
    mapping: Path | str | None


def options_from(said: Said) -> Options:
    """What a person says, checked and in the form a load works with.

    Parameters
    ----------
    said
        The words as they were given.

    Returns
    -------
    options
        Headings folded; what was not said as a load without it.

    Raises
    ------
    UserError
        No such datum, ``where`` is no condition, or columns are corrected beside a mapping.
    """
    where = said.get("where")
    columns = {fold_heading(title): field for title, field in (said.get("columns") or {}).items()}
    if columns and said.get("mapping") is not None:
        raise UserError("etl.mapping.says_columns", mapping=said["mapping"])
    return Options(
        kind=said.get("kind"),
        datum=_datum(said.get("datum")),
        max_rejects=said.get("max_rejects", 0),
        valid_from=said.get("valid_from"),
        where=Where.parse(where) if where else None,
        synthetic=said.get("synthetic", False),
        columns=MappingProxyType(columns),
        accept_renames=said.get("accept_renames", False),
    )


def _datum(said: Datum | str | None) -> Datum | None:
    if said is None or said in list(Datum):
        return Datum(said) if said else None
    raise UserError("etl.no_such_datum", datum=said, datums=" ".join(Datum))
