"""What a text finds, the best first, each with its place and with what is told of it on a day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, text

from geodata.levels import Level
from geodata.search_kinds import search_kinds

COUNTED = 200
"""So many of a kind are counted; where there are more, that is said instead of a number."""
_BY_ALSO, _NEARLY = frozenset({3, 6, 9}), 10
"""Qualities of what is found by neither name nor number, and by one wrong sign (``schema/search.sql``)."""
_FOUND = "SELECT kind, key, label, quality, of_kind FROM grid.search_found(:typed, :most)"
_SHOWN = """
SELECT s.*, (SELECT t.said FROM unnest(s.told) AS t (said) WHERE t.said <> s.label
             AND strpos(grid.search_fold(t.said), grid.search_fold(:typed)) > 0 LIMIT 1) AS matched
FROM ({shown}) AS s
"""
_PATHS = """
WITH RECURSIVE up AS (
    SELECT p.nth, 0 AS step, p.day, v.code, v.name, v.level, v.parent_code
    FROM unnest(CAST(:codes AS text[]), CAST(:days AS date[])) WITH ORDINALITY AS p (code, day, nth)
    JOIN grid.unit_version AS v ON v.code = p.code AND v.valid @> p.day
    UNION ALL
    SELECT up.nth, up.step + 1, up.day, v.code, v.name, v.level, v.parent_code
    FROM up JOIN grid.unit_version AS v ON v.code = up.parent_code AND v.valid @> up.day
)
SELECT nth, code, name, level FROM up ORDER BY nth, step DESC
"""


@dataclass(frozen=True)
class Step:
    """A unit on the way down to a place."""

    code: str
    name: str
    level: Level


@dataclass(frozen=True)
class Hit:
    """One thing that was found.

    Attributes
    ----------
    kind : a key of ``search_kinds``.
    key : its number among its kind.
    label : its name.
    note : what else is told of it, a word of the kind's ``note_words``; None: nothing.
    matched : what it was found by, where that is not the name.
    path : the units from the root down to the place it opens, on ``day``; empty where none is known.
    subject_id : the subject it opens; None: it opens the last unit of ``path``.
    day : the last day, up to the day asked about, on which its place stood; None where it is yet to come.
    begins_on, ended_on : its first or its last day, where it is not there on the day asked about.
    on_map : whether its place has a shape or a point.
    """

    kind: str
    key: str
    label: str
    note: str | None
    matched: str | None
    path: tuple[Step, ...]
    subject_id: str | None
    day: date | None
    begins_on: date | None
    ended_on: date | None
    on_map: bool


@dataclass(frozen=True)
class Found:
    """What a text found.

    Attributes
    ----------
    hits : the best of all, best first, those of one kind together.
    more : kind → how many of it were found and are not among ``hits``, of those that were counted.
    beyond : kinds of which there are more than were counted.
    """

    hits: tuple[Hit, ...] = ()
    more: tuple[tuple[str, int], ...] = ()
    beyond: frozenset[str] = frozenset()


def find_things(db: Connection, typed: str, as_of: date, most: int) -> Found:
    """What whoever asks finds by a text, of everything in the own area.

    Parameters
    ----------
    db
        A transaction of the application's, with the scope of whoever asks.
    typed
        Name or a part of it, pinyin or its initials, a number or a part of it; blank finds nothing.
    as_of
        The day, inclusive, as of which things are told; what has ended or is yet to come is found too.
    most
        How many hits are given.

    Returns
    -------
    found
        Kinds in the order of their best hits.
    """
    rows = db.execute(text(_FOUND), {"typed": typed, "most": COUNTED}).all()
    order = {key: kind.order for key, kind in search_kinds().items()}
    # of what has one sign wrong the shortest name is the nearest
    best = sorted(rows, key=lambda row: (row.quality, len(row.label) * (row.quality == _NEARLY), order[row.kind]))[
        :most
    ]
    kinds = list(dict.fromkeys(row.kind for row in best))
    # a few rows, all by their keys: looking through even a small table asks its policy, which gathers the whole area
    db.execute(text("SELECT set_config('enable_seqscan', 'off', true)"))
    told = {kind: _shown(db, kind, [row.key for row in best if row.kind == kind], typed, as_of) for kind in kinds}
    shown = [(row, told[kind][row.key]) for kind in kinds for row in best if row.kind == kind and row.key in told[kind]]
    db.execute(text("SELECT set_config('enable_seqscan', 'on', true)"))
    paths = zip(shown, _paths(db, [seen for _, seen in shown]), strict=True)
    # of units that are found as well, the higher one comes first
    placed = sorted(paths, key=lambda each: (kinds.index(each[0][0].kind), each[0][0].quality, len(each[1])))
    hits = tuple(_hit(row, seen, path) for (row, seen), path in placed)
    return Found(hits, *_left_out(rows, hits))


def _shown(db: Connection, kind: str, keys: list[str], typed: str, as_of: date) -> dict[str, Any]:
    """What is told of things of one kind: key → row; as the visitor sees it, so what is not seen is not there."""
    asked = text(_SHOWN.format(shown=search_kinds()[kind].shown))
    return {row.key: row for row in db.execute(asked, {"keys": keys, "typed": typed, "as_of": as_of})}


def _paths(db: Connection, shown: Sequence[Any]) -> list[tuple[Step, ...]]:
    """The units from the root down to the place of each row, in their order."""
    paths: list[list[Step]] = [[] for _ in shown]
    asked = {"codes": [row.unit_code for row in shown], "days": [row.day or row.begins_on for row in shown]}
    for row in db.execute(text(_PATHS), asked):
        paths[row.nth - 1].append(Step(row.code, row.name, Level(row.level)))
    return [tuple(path) for path in paths]


def _hit(row: Any, seen: Any, path: tuple[Step, ...]) -> Hit:
    also = next((said for said in reversed(seen.told) if said), None) if row.quality in _BY_ALSO else None
    return Hit(
        row.kind, row.key, seen.label, seen.note, seen.matched or also, path, seen.subject_id,
        seen.day, seen.begins_on, seen.ended_on, seen.on_map,
    )  # fmt: skip


def _left_out(rows: Iterable[Any], hits: Sequence[Hit]) -> tuple[tuple[tuple[str, int], ...], frozenset[str]]:
    """How many of each kind are not among the hits, and of which there are more than were counted."""
    found = {row.kind: row.of_kind for row in rows}
    shown = {kind: sum(hit.kind == kind for hit in hits) for kind in found}
    more = {kind: min(count, COUNTED) - shown[kind] for kind, count in found.items()}
    return tuple((kind, n) for kind, n in more.items() if n), frozenset(k for k, n in found.items() if n > COUNTED)
