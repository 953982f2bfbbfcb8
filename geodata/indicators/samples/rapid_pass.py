"""Rapid-test pass rate: a screening stream of its own; a positive is a lead, not a verdict (domain §5)."""

from geodata.indicator import Indicator
from geodata.indicators.samples._sample_verdict import PASS_COLUMNS, pass_rate_rows
from geodata.vocabulary import SampleState

INDICATOR = Indicator(
    key="rapid_pass",
    order=50,
    better="higher",
    grain="sample",
    window="test",
    states=SampleState,
    extra=PASS_COLUMNS,
    rows=pass_rate_rows("rapid", supervision=False),
)
