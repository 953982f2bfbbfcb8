"""The generated pages of docs/ are what their generators would write today."""

from __future__ import annotations

from types import ModuleType

import pytest

from etl.cli import mappings_page, sources_page
from geodata.cli import checks_page, indicators_page, settings_page
from tests import rules_page
from tests.faults import faults_page


@pytest.mark.parametrize(
    "generator", [indicators_page, settings_page, rules_page, sources_page, mappings_page, checks_page, faults_page]
)
def test_the_page_is_the_generated_one(generator: ModuleType):
    assert generator.PAGE.read_text(encoding="utf-8") == generator.render_page(), "run `make docs`"
