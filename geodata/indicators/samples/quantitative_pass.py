"""Quantitative pass rate: qualified ÷ final samples of monitoring, year to date (domain §11.4)."""

from geodata.indicator import Indicator
from geodata.indicators.samples._sample_verdict import PASS_COLUMNS, pass_rate_rows
from geodata.vocabulary import SampleState

INDICATOR = Indicator(
    key="quantitative_pass",
    order=40,
    better="higher",
    grain="sample",
    window="test",
    states=SampleState,
    extra=PASS_COLUMNS,
    rows=pass_rate_rows("quantitative", supervision=False),
)
