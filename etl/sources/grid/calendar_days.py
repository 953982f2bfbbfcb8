"""Working calendar (工作日历): days off and make-up working days, above what the library of holidays knows.

The yearly notice of the State Council as soon as it is out, and what the district arranges itself.
"""

from __future__ import annotations

from etl.kinds.cell_types import DATE, TEXT
from etl.kinds.source import Export, Field, Need, Source, Target, same_columns
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import ArrangedBy, DayKind

SOURCE = Source(
    kind="calendar_days",
    order=130,
    key=("falls_on",),
    repeated="day_twice",
    export=Export("calendar_day", within="true"),
    fields=(
        Field("falls_on", DATE, Need.ALWAYS),
        Field("kind", word_cell(DayKind), Need.ALWAYS),
        Field("arranged_by", word_cell(ArrangedBy), Need.ALWAYS),
        Field("source", TEXT, Need.ALWAYS),
        Field("name", TEXT),
    ),
    targets=(
        Target(
            "calendar_day",
            key=same_columns("falls_on"),
            columns=same_columns("kind", "arranged_by", "source", "name"),
        ),
    ),
)
