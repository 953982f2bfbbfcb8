"""Tests (domain §11.4, §11.5): final results only, streams and purposes never pooled, re-tests replace."""

import pytest

from tests.ascii_table import rows

SAMPLES = """
sample | subject | stream       | purpose         | on         | judgement             | judged
Q1     | S1      | quantitative | routine         | 2026-03-01 | qualified             | 2026-03-05
Q2     | S1      | quantitative | risk_monitoring | 2026-03-01 | detected_within_limit | 2026-03-05
Q3     | S2      | quantitative | routine         | 2026-03-01 | unqualified           | 2026-03-05
Q4     | S2      | quantitative | routine         | 2026-03-01 | invalid               | 2026-03-05
Q5     | S3      | quantitative | routine         | 2026-03-01 |                       |
Q6     | S3      | quantitative | supervision     | 2026-03-01 | unqualified           | 2026-03-05
R1     | S1      | rapid        | self_check      | 2026-03-01 | unqualified           | 2026-03-01
R2     | S1      | rapid        | self_check      | 2026-03-01 | not_detected          | 2026-03-01
R3     | S1      | rapid        | supervision     | 2026-03-01 | not_detected          | 2026-03-01
"""


def test_streams_and_purposes_are_counted_apart(world):
    world.samples(SAMPLES)
    counts = {
        key: world.measured(key, "district", "2026-03-31", "numerator denominator beside")[0]
        for key in ("quantitative_pass", "rapid_pass", "supervision_pass")
    }
    assert counts == {
        "quantitative_pass": {"numerator": "2", "denominator": "3", "beside": "2"},
        "rapid_pass": {"numerator": "1", "denominator": "2", "beside": "1"},
        "supervision_pass": {"numerator": "0", "denominator": "1", "beside": "0"},
    }


def test_results_are_known_from_the_day_they_were_judged(world):
    world.samples(SAMPLES)
    assert world.listed("quantitative_pass", "2026-03-04", "row_id state counted", within="V1") == rows("""
        row_id | state   | counted
        Q1     | pending | no
        Q2     | pending | no
        Q3     | pending | no
        Q4     | pending | no
    """)


@pytest.mark.parametrize(
    ("as_of", "state", "counted"),
    [
        ("2026-03-09", "unqualified", "yes"),  # first result stands
        ("2026-03-12", "in_retest", "no"),  # re-test taken, no result yet
        ("2026-03-20", "qualified", "yes"),  # re-test replaces it, at the first sampling date
    ],
)
def test_a_retest_replaces_the_first_result(world, as_of, state, counted):
    world.samples("""
        sample | subject | on         | judgement   | judged     | retest_of
        A      | S1      | 2026-03-01 | unqualified | 2026-03-05 |
        B      | S1      | 2026-03-11 | qualified   | 2026-03-18 | A
    """)
    assert world.listed("quantitative_pass", as_of, "row_id on_date state counted") == [
        {"row_id": "A", "on_date": "2026-03-01", "state": state, "counted": counted}
    ]


def test_the_year_is_the_natural_year_to_date_by_sampling_date(world):
    world.samples("""
        sample | subject | on         | judgement | judged
        OLD    | S1      | 2025-12-31 | qualified | 2026-01-05
        NEW    | S1      | 2026-01-01 | qualified | 2026-01-05
    """)
    assert [row["row_id"] for row in world.listed("quantitative_pass", "2026-03-01", "row_id")] == ["NEW"]


def test_any_analyte_fails_a_sample(world):
    world.samples("""
        sample | subject | on         | judgement | analyte
        A      | S1      | 2026-03-01 | qualified | 毒死蜱
    """)
    world.put("result", sample_no="A", analyte="腐霉利", value=9, unit="mg/kg", judgement="unqualified",
              judged_on="2026-03-02", received_at="2026-03-02 09:00+08")  # fmt: skip
    assert world.listed("quantitative_pass", "2026-03-31", "row_id state") == [{"row_id": "A", "state": "unqualified"}]


def test_banned_detections_are_an_alarm_of_their_own(world):
    """克百威 is banned from 2026-06-01: the day before it is an ordinary result; below its limit it still counts."""
    world.samples("""
        sample | subject | stream       | purpose     | on         | analyte | value | judgement
        OLD    | S1      | quantitative | routine     | 2026-05-31 | 克百威  | 0.01  | detected_within_limit
        NEW    | S1      | quantitative | supervision | 2026-06-01 | 克百威  | 0.01  | detected_within_limit
        OK     | S2      | quantitative | routine     | 2026-06-01 | 克百威  |       | not_detected
        CARD   | S2      | rapid        | self_check  | 2026-06-01 | 克百威  |       | unqualified
    """)
    assert world.listed("banned_detections", "2026-06-30", "row_id state counted analytes", within="V1") == rows("""
        row_id | state      | counted | analytes
        NEW    | banned     | yes     | 克百威
        OLD    | clear      | yes     |
        CARD   | rapid_lead | no      | 克百威
        OK     | clear      | yes     |
    """)
