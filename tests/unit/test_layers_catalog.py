"""The catalogue of layers and the tokens they are drawn with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import dashboard.app
import layers.catalog
from geodata.indicators import INDICATORS
from geodata.locale import Lang, translate
from layers.catalog import discover
from layers.palette import DARK, LIGHT, THEMES, colour_ramp, css_variables, mixed_tones

FOLDER = Path(layers.catalog.__file__).parent
ASSETS = Path(dashboard.app.__file__).parent / "assets"
CSS = "".join(file.read_text(encoding="utf-8") for file in sorted(ASSETS.glob("*.css")))


def test_a_layer_is_a_file_and_its_name_is_the_key():
    files = {path.stem for path in FOLDER.glob("*.py")} - {"__init__"}
    assert set(discover()) == files
    assert list(discover())[:4] == ["coverage", "overdue", "failures", "chain"]


@pytest.mark.parametrize("layer", discover().values(), ids=lambda layer: layer.key)
def test_a_layer_draws_what_there_is(layer):
    for key in (layer.indicator, layer.beside, layer.mark):
        assert key is None or key in INDICATORS
    for theme in THEMES.values():
        assert len(colour_ramp(theme, layer.ramp, len(layer.breaks) + 1)) == len(layer.breaks) + 1
    for lang in Lang:
        words = [
            "label",
            "rate",
            "counts",
            "none",
            *(["beside"] if layer.beside else []),
            *(["mark"] if layer.mark else []),
        ]
        assert all(translate(f"layers.layer.{layer.key}.{word}", lang) for word in words)


def test_a_ramp_stretches_between_its_ends():
    five = colour_ramp(LIGHT, "overdue", 5)
    assert (five[0], five[-1]) == (LIGHT.ramps["overdue"][0], LIGHT.ramps["overdue"][-1])
    assert len(set(five)) == 5


def test_both_themes_have_the_same_ramps():
    assert set(LIGHT.ramps) == set(DARK.ramps)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(first: str, second: str) -> float:
    high, low = sorted((luminance(first), luminance(second)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.key)
def test_words_can_be_read(theme):
    for paper in (theme.canvas, theme.card):
        assert contrast(theme.ink, paper) >= 7
        assert contrast(theme.mute, paper) >= 4.5
        assert contrast(theme.danger, paper) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("theme", THEMES.values(), ids=lambda theme: theme.key)
@pytest.mark.parametrize("tone", ["ok", "warn"])
def test_a_tone_in_type_can_be_read(theme, tone):
    """As the style sheet has it; the tones themselves are for marks and edges."""
    mixed = mixed_tones(theme)[f"{tone}-text"]
    assert min(contrast(mixed, theme.canvas), contrast(mixed, theme.card)) >= 4.5


def test_no_word_is_written_in_a_bare_tone():
    assert re.findall(r"(?<![-\w])color: var\(--(?:ok|warn)\)", CSS) == []


def test_css_names_every_token_once():
    made = css_variables("dark")
    names = re.findall(r"(--[\w-]+):", made)
    assert len(names) == len(set(names))
    assert f"--canvas: {DARK.canvas};" in made
    assert {"--hatch-worst", "--hatch-low", "--hatch-none", "--hatch-small", "--ramp-overdue-4"} <= set(names)
