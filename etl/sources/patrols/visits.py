"""Visits (巡查): on the day they happened and when they were recorded, of every kind (domain §13)."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import Connection

from etl.kinds.answer_cells import ANSWER, Answer
from etl.kinds.cell_types import CODE, DATE, LATITUDE, LONGITUDE, MOMENT, TEXT
from etl.kinds.shared_checks import (
    check_known,
    in_the_future,
    point_outside,
    reason_missing,
    unknown_person,
    unknown_subject,
)
from etl.kinds.source import Column, Counts, Export, Field, Need, RowCheck, Shape, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SUBJECT
from etl.kinds.upsert import write_table
from etl.kinds.vocabulary_cells import word_cell
from etl.sources.patrols import _administrative_checks as check
from etl.sources.patrols._visit_items import (
    DEALER_HEADS,
    FIND_LIST,
    HEADS,
    ITEMS,
    LIST_OF_DAY,
    NO_LIST_THEN,
    check_item,
    item_sql,
    kept_columns,
)
from etl.sources.patrols._visit_kind_cell import VISIT_KIND
from geodata.vocabulary import Datum, Outcome, Role
from geodata.words.visit_words import FormerVisitKind

__all__ = ["DEALER_HEADS", "HEADS", "SOURCE", "Answer"]

_POINT = ("lon", "lat")
# a point that comes back converted (an export) is the same fact and keeps the datum it was declared in; 1e-9 degree is
# a tenth of a millimetre
_SAME_POINT = "ST_DWithin(old.point, s.point, 1e-9)"
_RECORDED_DAY = "grid.day_of(s.recorded_at)"

_ITEM_FIELDS = tuple(Field(head, ANSWER) for head in (*HEADS, *DEALER_HEADS))
_VISIT = Target(
    "visit",
    key=same_columns("visit_no"),
    columns=(
        *same_columns("subject_id", "kind", "outcome", "reason", "visited_on", "person_no", "visitor_role"),
        *same_columns("officers", "card_nos", "check_origin", "legal_item", "was_kind"),
        # to the second, as files say it
        Column("recorded_at", "coalesce(s.recorded_at, old.recorded_at, date_trunc('second', now()))"),
        Column("checklist_no", "s.checklist_no"),
        Column("point", f"CASE WHEN {_SAME_POINT} THEN old.point ELSE s.point END", _POINT),
        Column("source_datum", f"CASE WHEN {_SAME_POINT} THEN old.source_datum ELSE s.source_datum END", _POINT),
    ),
)


def _write(db: Connection, present: frozenset[str], batch: int) -> Counts:
    return write_table(db, replace(_VISIT, columns=(*_VISIT.columns, *kept_columns(present))), present, batch)


SOURCE = Source(
    kind="visits",
    order=80,
    key=("visit_no",),
    export=Export(
        "visit",
        within=OF_SUBJECT,
        # only the converted point is kept, so it goes out as what it is
        columns={
            "lon": "ST_X(t.point)",
            "lat": "ST_Y(t.point)",
            "datum": "CASE WHEN t.point IS NOT NULL THEN 'cgcs2000' END",
            **{field.name: item_sql(field.name) for field in _ITEM_FIELDS},
        },
        geometry="t.point",
    ),
    shape=Shape.POINT,
    fields=(
        Field("visit_no", CODE),
        Field("subject_id", CODE, Need.ALWAYS),
        Field("kind", VISIT_KIND, Need.ALWAYS),
        Field("outcome", word_cell(Outcome), Need.ALWAYS),
        Field("reason", TEXT),
        Field("visited_on", DATE, Need.ALWAYS),
        Field("recorded_at", MOMENT),
        Field("person_no", CODE, Need.ALWAYS),
        Field("visitor_role", word_cell(Role), Need.ALWAYS),
        Field("lon", LONGITUDE),
        Field("lat", LATITUDE),
        Field("datum", word_cell(Datum)),
        Field("checklist_no", CODE),
        *_ITEM_FIELDS,
        *check.FIELDS,
        Field("was_kind", word_cell(FormerVisitKind), seldom=True),
    ),
    extra={check.DERIVED[0]: "jsonb"},
    # a second visit of one kind by one person on one day needs a number of its own: without it, it reads as a repeat
    derive=(
        ("visit_no", "concat_ws(':', s.subject_id, to_char(s.visited_on, 'YYYYMMDD'), s.person_no, s.kind)"),
        check.DERIVED,
        ("checklist_no", FIND_LIST),
    ),
    index=("subject_id",),
    checks=(
        unknown_subject(),
        unknown_person(),
        *in_the_future("visited_on"),
        RowCheck(
            "recorded_before",
            "recorded_at",
            f"s.visited_on <= :today AND {_RECORDED_DAY} < s.visited_on",
            "s.visited_on::text",
        ),
        RowCheck("recorded_in_future", "recorded_at", f"{_RECORDED_DAY} > :today", "CAST(:today AS text)"),
        reason_missing(unless="s.outcome = 'completed'"),
        RowCheck(
            "assistant_observes",
            "kind",
            "s.visitor_role = 'assistant' AND grid.right_of_visit(s.kind) <> 'record_patrol'",
        ),
        RowCheck("was_another", "was_kind", "s.was_kind IS NOT NULL AND s.kind <> 'information_report'"),
        *check.CHECKS,
        check_known("checklist_no", "checklist", "checklist_no"),
        LIST_OF_DAY,
        NO_LIST_THEN,
        *map(check_item, _ITEM_FIELDS),
        *point_outside(),
    ),
    targets=(_VISIT,),
    write=_write,
    open=ITEMS,
)
