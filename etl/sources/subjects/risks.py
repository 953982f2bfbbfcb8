"""Risks (风险等级): from a day on a subject has this risk; a raised one brings its next patrol forward."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import unknown_subject
from etl.kinds.source import Export, Field, Need, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SUBJECT
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import Risk

SOURCE = Source(
    kind="risks",
    order=70,
    key=("subject_id", "from_on"),
    export=Export("subject_risk", within=OF_SUBJECT),
    fields=(
        Field("subject_id", CODE, Need.ALWAYS),
        Field("from_on", DATE, Need.ALWAYS),
        Field("risk", word_cell(Risk), Need.ALWAYS),
        Field("reason", TEXT),
    ),
    checks=(unknown_subject(),),
    targets=(
        Target("subject_risk", key=same_columns("subject_id", "from_on"), columns=same_columns("risk", "reason")),
    ),
)
