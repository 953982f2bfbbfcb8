"""A8: points are told apart by shape as well as colour, by everybody, on whatever they lie."""

from __future__ import annotations

from itertools import combinations, product

import numpy as np
import pytest

from layers.catalog import discover
from layers.layer import PointRule
from layers.palette import THEMES, rgb
from layers.symbols.point_classes import CLASSES

# Machado, Oliveira, Fernandes 2009, table of severity 1.0, for linear RGB
SIGHTS = {
    "normal": np.eye(3),
    "protanopia": np.array([
        [0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998],
    ]),
    "deuteranopia": np.array([
        [0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881],
    ]),
    "tritanopia": np.array([
        [1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900],
    ]),
    "grey": np.tile([0.2126, 0.7152, 0.0722], (3, 1)),
}  # fmt: skip
EVERY = list(product(THEMES.values(), SIGHTS))
IDS = [f"{theme.key}-{sight}" for theme, sight in EVERY]


def luminance(colour: str, sight: str) -> float:
    """Relative luminance (WCAG 2.2) of a colour as somebody sees it."""
    parts = np.array(rgb(colour)) / 255
    linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
    seen = np.clip(SIGHTS[sight] @ linear, 0, 1)
    return float(seen @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str, sight: str) -> float:
    low, high = sorted((luminance(one, sight), luminance(other, sight)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize(("theme", "sight"), EVERY, ids=IDS)
def test_a08_every_point_stands_out_from_its_edge(theme, sight):
    """The edge lies between the point and any fill or hatch: 3:1, as WCAG 2.2 asks of graphics."""
    for entries in CLASSES.values():
        for entry in entries:
            assert contrast(getattr(theme, entry.token), theme.rim, sight) >= 3, entry.key


@pytest.mark.parametrize(("theme", "sight"), EVERY, ids=IDS)
def test_a08_what_is_pressing_and_calm_differ_in_shape_and_the_rest_in_lightness(theme, sight):
    for entries in CLASSES.values():
        for one, other in combinations(entries, 2):
            if one.shape is other.shape:
                seen = contrast(getattr(theme, one.token), getattr(theme, other.token), sight)
                assert seen >= 1.4, (one.key, other.key)


@pytest.mark.parametrize("rule", PointRule)
def test_a08_no_two_states_share_shape_and_colour(rule):
    looks = [(entry.shape, entry.token) for entry in CLASSES[rule]]
    assert len(set(looks)) == len(looks)
    pressing = [entry.shape for entry in CLASSES[rule] if entry.token in {"danger", "severe", "never"}]
    assert len(set(pressing)) == len(pressing), "what is pressing is told apart without any colour"
    assert {entry.shape for entry in CLASSES[rule] if entry.token in {"ok", "mute", "accent"}}.isdisjoint(pressing)


def test_a08_the_layer_decides_what_points_mean():
    rules = {layer.key: layer.points for layer in discover().values()}
    assert rules["coverage"] is PointRule.COVERED
    assert len(set(rules.values())) == len(rules)
