"""Results (检测结果): one analyte of one sample, judged under the standard of its day (domain §5, §11.6)."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, MOMENT, TEXT, Percent, number_cell
from etl.kinds.shared_checks import check_known, in_the_future
from etl.kinds.source import Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_SAMPLE
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import Judgement

_AMOUNT = number_cell(0, percent=Percent.AS_SHOWN, percent_beside="unit")

SOURCE = Source(
    kind="results",
    order=110,
    key=("sample_no", "analyte"),
    export=Export("result", within=OF_SAMPLE),
    fields=(
        Field("sample_no", CODE, Need.ALWAYS),
        Field("analyte", TEXT, Need.ALWAYS),
        Field("value", _AMOUNT),
        Field("unit", TEXT),
        Field("limit_value", _AMOUNT),
        Field("standard", TEXT),
        Field("standard_version", TEXT),
        Field("judgement", word_cell(Judgement), Need.ALWAYS),
        Field("judged_on", DATE, Need.ALWAYS),
        Field("received_at", MOMENT),
    ),
    checks=(
        check_known("sample_no", "sample", "sample_no"),
        *in_the_future("judged_on"),
        RowCheck(
            "judged_before_sampled",
            "judged_on",
            "EXISTS (SELECT FROM grid.sample AS t WHERE t.sample_no = s.sample_no AND s.judged_on < t.sampled_on)",
            "(SELECT t.sampled_on::text FROM grid.sample AS t WHERE t.sample_no = s.sample_no)",
        ),
        RowCheck("value_without_unit", "unit", "s.value IS NOT NULL AND s.unit IS NULL"),
        # a legal clock starts when the subject receives the result, so that moment is mandatory
        RowCheck("receipt_missing", "received_at", "s.judgement = 'unqualified' AND s.received_at IS NULL"),
    ),
    targets=(
        Target(
            "result",
            key=same_columns("sample_no", "analyte"),
            columns=same_columns(
                "value", "unit", "limit_value", "standard", "standard_version", "judgement", "judged_on", "received_at"
            ),
        ),
    ),
)
