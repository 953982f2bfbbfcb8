"""Subjects (主体): the roster of farms, firms, shops and markets, with their first status and risk."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, ID_NUMBER, LATITUDE, LONGITUDE, PHONE, TEXT, USCC
from etl.kinds.shared_checks import in_the_future, not_a_village, point_outside
from etl.kinds.source import STAGE, Column, Export, Field, Need, RowCheck, Shape, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_VILLAGE
from etl.kinds.vocabulary_cells import word_cell, words_list
from geodata.locale import Lang, translate
from geodata.vocabulary import Datum, Risk, Sector, SubjectKind, SubjectStatus

_POINT = ("lon", "lat")
_ENTRY = (Column("subject_id", "s.subject_id"), Column("from_on", "s.entry_on"))
# kept with the row, so it is said in one language whatever the loader's
_ON_ENTRY = translate("etl.reason_on_entry", Lang.ZH).replace("'", "''")


_ID_HASH = "split_part({0}.id_number, ':', 1)"


def _taken(column: str, stored: str, staged: str) -> tuple[RowCheck, RowCheck]:
    """The identifier belongs to another subject, of the table or of this file."""
    elsewhere = f"FROM grid.subject AS t WHERE t.{stored} = {staged.format('s')} AND t.subject_id <> s.subject_id"
    # a subject of this very file may be giving the identifier up; a faulty row asks as if all of the file were mended
    giving = "f.subject_id = t.subject_id AND (NOT f.faulty OR s.faulty)"
    elsewhere += f" AND NOT EXISTS (SELECT FROM {STAGE} AS f WHERE {giving})"
    beside = f"FROM {STAGE} AS o WHERE {staged.format('o')} = {staged.format('s')} AND o.subject_id <> s.subject_id"
    return (
        RowCheck(
            "identifier_taken", column, f"EXISTS (SELECT {elsewhere})", f"(SELECT t.subject_id {elsewhere} LIMIT 1)"
        ),
        RowCheck("identifier_twice", column, f"EXISTS (SELECT {beside})", f"(SELECT min(o.subject_id) {beside})"),
    )


_NEWEST_NAME = (
    "(SELECT v.name FROM grid.unit_version AS v WHERE v.code = {0}.village_code"
    " ORDER BY lower(v.valid) DESC NULLS LAST LIMIT 1)"
)
_VILLAGE_NAME = _NEWEST_NAME.format("s")
_ON_ENTRY_DAY = "(SELECT c.{0} FROM grid.subject_{0} AS c WHERE c.subject_id = t.subject_id AND c.from_on = t.entry_on)"

# a village a reorganisation has ended, unless the subject is known to have stood in it: then an old roster says nothing
# new, and the subject stays where the reorganisation placed it
_ENDED = """(NOT EXISTS (SELECT FROM grid.unit_version AS v WHERE v.code = s.village_code
    AND coalesce(upper(v.valid), 'infinity') > grid.today())
    AND EXISTS (SELECT FROM grid.unit AS u WHERE u.code = s.village_code))"""
_STOOD_THERE = """EXISTS (SELECT FROM grid.former_village AS f
    WHERE f.subject_id = s.subject_id AND f.village_code = s.village_code)"""
_SUCCESSORS = """coalesce((SELECT string_agg(l.new_code, ' ' ORDER BY l.new_code) FROM grid.unit_lineage AS l
    WHERE l.old_code = s.village_code), '–')"""

SOURCE = Source(
    kind="subjects",
    order=30,
    key=("subject_id",),
    export=Export(
        "subject",
        within=OF_VILLAGE,
        columns={
            "village_name": _NEWEST_NAME.format("t"),
            "lon": "t.source_x",
            "lat": "t.source_y",
            "datum": "t.source_datum",
            "status": _ON_ENTRY_DAY.format("status"),
            "risk": _ON_ENTRY_DAY.format("risk"),
        },
        geometry="t.point",
    ),
    shape=Shape.POINT,
    fields=(
        Field("subject_id", CODE, Need.ALWAYS),
        Field("name", TEXT, Need.ALWAYS),
        Field("uscc", USCC),
        Field("id_number", ID_NUMBER, secret=True),
        Field("kinds", words_list(SubjectKind), Need.ALWAYS),
        Field("sectors", words_list(Sector), Need.ALWAYS),
        Field("products", TEXT),
        Field("village_code", CODE, Need.ALWAYS),
        Field("village_name", TEXT),
        Field("address", TEXT),
        Field("office_phone", PHONE),
        Field("lon", LONGITUDE),
        Field("lat", LATITUDE),
        Field("datum", word_cell(Datum)),
        Field("entry_on", DATE, Need.ALWAYS),
        Field("commitment_on", DATE),
        Field("platform_on", DATE),
        Field("status", word_cell(SubjectStatus)),
        Field("risk", word_cell(Risk), Need.ALWAYS),
    ),
    checks=(
        *not_a_village(),
        RowCheck("village_ended", "village_code", f"{_ENDED} AND NOT {_STOOD_THERE}", _SUCCESSORS),
        RowCheck("village_name_differs", "village_name", f"s.village_name <> {_VILLAGE_NAME}", _VILLAGE_NAME),
        *_taken("uscc", "uscc", "{0}.uscc"),
        *_taken("id_number", "id_hash", _ID_HASH),
        *in_the_future("entry_on", "commitment_on", "platform_on"),
        *point_outside(),
    ),
    targets=(
        Target(
            "subject",
            key=same_columns("subject_id"),
            columns=(
                *same_columns("name", "uscc", "kinds", "sectors", "products", "address", "office_phone"),
                Column(
                    "village_code",
                    f"CASE WHEN {_ENDED} AND {_STOOD_THERE} THEN old.village_code ELSE s.village_code END",
                    ("village_code",),
                ),
                *same_columns("entry_on", "commitment_on", "platform_on"),
                Column("id_hash", _ID_HASH.format("s"), ("id_number",)),
                Column("id_tail", "split_part(s.id_number, ':', 2)", ("id_number",)),
                Column("point", "s.point", _POINT),
                Column("source_datum", "s.source_datum", _POINT),
                Column("source_x", "s.source_x", _POINT),
                Column("source_y", "s.source_y", _POINT),
            ),
        ),
        Target(
            "subject_status",
            key=_ENTRY,
            columns=(
                Column("status", "coalesce(s.status, old.status, 'active')"),
                Column(
                    "reason",
                    "CASE WHEN coalesce(s.status, old.status, 'active') = 'active' THEN old.reason"
                    f" ELSE coalesce(old.reason, '{_ON_ENTRY}') END",
                ),
            ),
        ),
        Target("subject_risk", key=_ENTRY, columns=(Column("risk", "coalesce(s.risk, old.risk)"),)),
    ),
)
