"""Samples (样品): one batch taken for testing, in the quantitative or the rapid stream (domain §5)."""

from __future__ import annotations

from etl.kinds.cell_types import CODE, DATE, TEXT
from etl.kinds.shared_checks import in_the_future, not_a_village, unknown_person, unknown_subject
from etl.kinds.source import STAGE, Column, Export, Field, Need, RowCheck, Source, Target, same_columns
from etl.kinds.unit_of_fact import OF_VILLAGE
from etl.kinds.vocabulary_cells import word_cell
from geodata.vocabulary import Purpose, Sector, Stream

# the sample tested again: of this file first (it is what will be true), else of the table
_FIRST = f"""(
    SELECT subject_id FROM {STAGE} AS o WHERE o.sample_no = s.retest_of AND o.subject_id IS NOT NULL
    UNION ALL SELECT subject_id FROM grid.sample AS t WHERE t.sample_no = s.retest_of LIMIT 1)"""
_NO_FIRST = f"""NOT EXISTS (SELECT FROM {STAGE} AS o WHERE o.sample_no = s.retest_of)
    AND NOT EXISTS (SELECT FROM grid.sample AS t WHERE t.sample_no = s.retest_of)"""
_SECOND_RETEST = f"""FROM (
    SELECT o.sample_no FROM {STAGE} AS o WHERE o.retest_of = s.retest_of AND NOT o.faulty
    UNION ALL SELECT t.sample_no FROM grid.sample AS t WHERE t.retest_of = s.retest_of
      AND NOT EXISTS (SELECT FROM {STAGE} AS f WHERE f.sample_no = t.sample_no)
) AS x WHERE x.sample_no <> s.sample_no"""

_ALONE = """num_nonnulls(s.person_no, s.second_person_no) < grid.samplers_needed(s.sampled_on, s.purpose, s.retest_of)
    AND (s.second_person_no IS NOT NULL OR grid.samplers_needed(s.sampled_on, s.purpose, s.retest_of) > 1)"""
# recorded when one name was enough
_STOOD_SO = """SELECT FROM grid.sample AS t WHERE t.sample_no = s.sample_no AND t.second_person_no IS NULL
    AND (t.sampled_on, t.purpose) = (s.sampled_on, s.purpose) AND t.retest_of IS NOT DISTINCT FROM s.retest_of"""

SOURCE = Source(
    kind="samples",
    order=100,
    key=("sample_no",),
    export=Export("sample", within=OF_VILLAGE),
    fields=(
        Field("sample_no", CODE, Need.ALWAYS),
        Field("subject_id", CODE, Need.ALWAYS),
        Field("village_code", CODE),
        Field("stream", word_cell(Stream), Need.ALWAYS),
        Field("purpose", word_cell(Purpose), Need.ALWAYS),
        Field("product", TEXT, Need.ALWAYS),
        Field("sector", word_cell(Sector)),
        Field("sampled_on", DATE, Need.ALWAYS),
        Field("lab", TEXT, Need.ALWAYS),
        Field("person_no", CODE),
        Field("second_person_no", CODE),
        Field("batch_code", CODE),
        Field("retest_of", CODE),
    ),
    checks=(
        unknown_subject(),
        *not_a_village(),
        unknown_person(),
        unknown_person("second_person_no"),
        RowCheck("sampler_twice", "second_person_no", "s.second_person_no = s.person_no"),
        RowCheck("sampler_missing", "second_person_no", f"{_ALONE} AND NOT EXISTS ({_STOOD_SO})"),
        *in_the_future("sampled_on"),
        RowCheck("retest_of_self", "retest_of", "s.retest_of = s.sample_no"),
        RowCheck("unknown_sample", "retest_of", f"s.retest_of IS NOT NULL AND {_NO_FIRST}"),
        RowCheck("retest_of_another", "retest_of", f"{_FIRST} <> s.subject_id", _FIRST),
        RowCheck("retest_rapid", "stream", "s.retest_of IS NOT NULL AND s.stream <> 'quantitative'"),
        RowCheck(
            "retest_second",
            "retest_of",
            f"s.retest_of IS NOT NULL AND EXISTS (SELECT {_SECOND_RETEST})",
            f"(SELECT min(x.sample_no) {_SECOND_RETEST})",
        ),
    ),
    targets=(
        Target(
            "sample",
            key=same_columns("sample_no"),
            columns=(
                *same_columns("subject_id", "stream", "purpose", "product", "sector", "sampled_on", "lab", "person_no"),
                *same_columns("second_person_no"),
                *same_columns("batch_code", "retest_of"),
                Column(
                    "village_code",
                    "coalesce(s.village_code, old.village_code,"
                    " (SELECT j.village_code FROM grid.subject AS j WHERE j.subject_id = s.subject_id))",
                ),
            ),
        ),
    ),
)
