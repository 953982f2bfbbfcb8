"""A new level above units that are there already: one root over all of today's, set in one transaction.

Levels hold for every day, and so does what is above: the new root stands over the present ones from their own first
day, and a number of any day at the new level is the sum of the level below. Nothing that was counted changes.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text

from geodata.database.batches import close_batch, open_batch
from geodata.errors import UserError
from geodata.levels import Levels
from geodata.locks import Lock, take_lock
from geodata.territory.level_table import Binding, level_rows, read_levels, write_bindings
from geodata.vocabulary import OFFICE_ROLES, UnitKind

# ranks and what is above are unique and the root's alone are 0 and none: the new root waits at the end for its place
_MAKE_ROOM = (
    "UPDATE grid.level SET rank_no = rank_no + 1000 WHERE rank_no > 0",
    "INSERT INTO grid.level (key, rank_no, above, kinds, zh, en) VALUES (:key, 2000, 'subject', :kinds, :zh, :en)",
    "UPDATE grid.level SET rank_no = 1, above = :key, has_several_roots = false WHERE rank_no = 0",
    "UPDATE grid.level SET rank_no = 0, above = NULL WHERE key = :key",
    "UPDATE grid.level SET rank_no = rank_no - 999 WHERE rank_no > 1000",
)
_NAME = "UPDATE grid.level SET kinds = :kinds, zh = :zh, en = :en, has_several_roots = :several WHERE key = :key"
_UNIT = "INSERT INTO grid.unit (code, level) VALUES (:code, :level)"
_VERSION = """
INSERT INTO grid.unit_version (code, level, name, kind, valid, batch_id)
SELECT :code, :level, :name, :kind, range_merge(range_agg(v.valid)), :batch FROM grid.unit_version AS v
WHERE v.level = :below
"""
_UNDER = "UPDATE grid.unit_version SET parent_code = :code, batch_id = :batch WHERE level = :below"
# an office post answers for no place: it is held at the root, whichever that is
_OFFICE = """
UPDATE grid.post SET unit_code = :code, batch_id = :batch
WHERE role = ANY (:office) AND unit_code IN (SELECT u.code FROM grid.unit AS u WHERE u.level = :below)
"""
_NARROWED = """
SELECT DISTINCT p.role, p.unit_code FROM grid.post AS p JOIN grid.unit AS u ON u.code = p.unit_code
JOIN grid.permission_grant AS g ON g.role = p.role AND g.reach = 'everywhere'
WHERE u.level = :below AND p.valid @> grid.today() ORDER BY 2, 1
"""


@dataclass(frozen=True)
class NewRoot:
    """The unit that is to stand above all there are: its code, name and kind (None: the only one its level has)."""

    code: str
    name: str
    kind: UnitKind | None = None


def read_new_root(file: Path) -> NewRoot | None:
    """What ``[root]`` of a file of levels says.

    Parameters
    ----------
    file
        A file that ``read_level_file`` has read.

    Returns
    -------
    root
        None where the file has none.

    Raises
    ------
    UserError
        It lacks code or name, or says a kind there is not.
    """
    said = tomllib.loads(file.read_text(encoding="utf-8")).get("root")
    if said is None:
        return None
    code, name, kind = (str(said.get(key, "")).strip() for key in ("code", "name", "kind"))
    if not code or not name:
        raise UserError("levels.error.incomplete", file=file, what="[root] code, name")
    if kind and kind not in set(UnitKind):
        raise UserError("levels.error.kind", word=kind, known=" ".join(UnitKind))
    return NewRoot(code, name, UnitKind(kind) if kind else None)


def put_root_above(db: Connection, levels: Levels, bindings: Iterable[Binding], root: NewRoot) -> list[tuple[str, str]]:
    """Set levels that are the present ones and one above them, with the unit that stands there.

    Parameters
    ----------
    db
        A transaction of the schema's owner.
    levels
        The new level first, then the present ones in their order; names may differ.
    bindings
        As for ``write_levels``.
    root
        The unit at the new level.

    Returns
    -------
    narrowed
        Role and unit of the posts in force at the former roots: those that reached everything reach their own area now.

    Raises
    ------
    UserError
        No unit stands there yet, the levels are not the present ones and one above, the code is taken, or the kind is
        none of the new level's. Nothing is changed then.
    """
    take_lock(db, Lock.LOAD)
    before, row = read_levels(db), levels.rows[0]
    standing = bool(db.execute(text("SELECT EXISTS (SELECT FROM grid.unit)")).scalar_one())
    if not standing or levels.units[1:] != before.units:
        raise UserError("levels.error.root_alone")
    if db.execute(text("SELECT EXISTS (SELECT FROM grid.unit WHERE code = :code)"), {"code": root.code}).scalar_one():
        raise UserError("levels.error.root_taken", code=root.code)
    kind = root.kind or (row.kinds[0] if len(row.kinds) == 1 else None)
    if kind not in row.kinds:
        raise UserError("levels.error.root_kind", known=" ".join(row.kinds))
    rows = level_rows(levels)
    for statement in _MAKE_ROOM:
        db.execute(text(statement), rows[0])
    db.execute(text(_NAME), rows)
    write_bindings(db, levels, bindings)
    batch = open_batch(db, "levels", root.code, read=1)
    given = {
        "code": root.code,
        "name": root.name,
        "kind": kind.value,
        "level": row.level.value,
        "below": before.root.value,
        "office": [role.value for role in OFFICE_ROLES],
        "batch": batch,
    }
    db.execute(text(_UNIT), given)
    db.execute(text(_VERSION), given)
    changed = sum(db.execute(text(statement), given).rowcount for statement in (_UNDER, _OFFICE))
    close_batch(db, batch, new=1, changed=changed, same=0)
    return [(each.role, each.unit_code) for each in db.execute(text(_NARROWED), given)]
