"""Every setting is documented, and nothing else is."""

from __future__ import annotations

from geodata.cli.settings_page import PAGE, environment_variable, render_page
from geodata.settings import Settings


def test_the_page_of_settings_is_the_generated_one():
    assert PAGE.read_text(encoding="utf-8") == render_page(), "run `make docs`"


def test_every_setting_says_what_it_means():
    assert [
        environment_variable(name, field) for name, field in Settings.model_fields.items() if not field.description
    ] == []
