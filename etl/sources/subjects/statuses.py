"""Statuses (经营状态): from a day on a subject trades, pauses or ends; all but trading needs a reason."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import reason_missing, unknown_subject
from etl.kinds.source import Export, Field, Need, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SUBJECT
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import SubjectStatus

SOURCE = Source(
    kind="statuses",
    order=60,
    key=("subject_id", "from_on"),
    export=Export("subject_status", within=OF_SUBJECT),
    fields=(
        Field("subject_id", CODE, Need.ALWAYS),
        Field("from_on", DATE, Need.ALWAYS),
        Field("status", word_cell(SubjectStatus), Need.ALWAYS),
        Field("reason", TEXT),
    ),
    checks=(unknown_subject(), reason_missing(unless="s.status = 'active'")),
    targets=(
        Target("subject_status", key=same_columns("subject_id", "from_on"), columns=same_columns("status", "reason")),
    ),
)
