"""Colours, sizes and hatches of every surface, once: screen, board, slide, Folium and static maps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from types import MappingProxyType

FONT_FAMILY = "Grid Sans"
"""Family under which the dashboard bundles its CJK subset; MapLibre draws labels with it."""

FONT_STACK = f'"{FONT_FAMILY}", "Noto Sans CJK SC", "Source Han Sans SC", "Microsoft YaHei", "PingFang SC", sans-serif'


class ThemeKey(StrEnum):
    """Light for the office and for paper, dark for the projector."""

    LIGHT = "light"
    DARK = "dark"


@dataclass(frozen=True)
class Theme:
    """The design tokens of one theme; colours are CSS hex strings, ramps run from the lowest to the highest rate."""

    key: ThemeKey
    canvas: str
    card: str
    line: str
    ink: str
    mute: str
    accent: str
    on_accent: str
    ok: str
    warn: str
    danger: str
    severe: str
    never: str
    on_danger: str
    hatch: str
    rim: str
    unit_border: str
    town_border: str
    district_border: str
    ramps: Mapping[str, tuple[str, ...]]


LIGHT = Theme(
    key=ThemeKey.LIGHT,
    canvas="#F6F5F1",
    card="#FFFFFF",
    line="#DEDCD5",
    ink="#1D2733",
    mute="#5D6874",
    accent="#0F5C4A",
    on_accent="#FFFFFF",
    ok="#4F8F76",
    warn="#B97A12",
    danger="#A8432A",
    severe="#741E12",
    never="#6B3F86",
    on_danger="#FFFFFF",
    hatch="#BCC0BE",
    rim="#FFFFFF",
    unit_border="#FFFFFF",
    town_border="#5F6A72",
    district_border="#4A545C",
    ramps=MappingProxyType(
        {
            "overdue": ("#EDE6D6", "#E9C39B", "#D88A57", "#A8432A"),
            "coverage": ("#EFE9DC", "#C9DCCB", "#86BBA0", "#1F6F5C"),
            "failures": ("#ECE6E2", "#E4BFBB", "#C9828A", "#8A3049"),
            "chain": ("#EFE9DC", "#D9E2E8", "#B9CEDB", "#8FB2C8"),
            "health": ("#ECE9E4", "#D5CBE0", "#B29FCB", "#8A6FAE", "#5E3F86"),
            "change": ("#2C6E8F", "#9CC3D5", "#EEEBE3", "#E3B48C", "#B0552B"),
        }
    ),
)

DARK = Theme(
    key=ThemeKey.DARK,
    canvas="#0C1417",
    card="#142024",
    line="#24343A",
    ink="#E9EFEC",
    mute="#9DB0AC",
    accent="#5FE0BE",
    on_accent="#08211B",
    ok="#57A687",
    warn="#F2B441",
    danger="#F0603A",
    severe="#FFA58A",
    never="#C79BE8",
    on_danger="#1C0A05",
    hatch="#42545A",
    rim="#0C1417",
    unit_border="#0C1417",
    town_border="#9DB0AC",
    district_border="#C4D2CE",
    ramps=MappingProxyType(
        {
            "overdue": ("#2B3A3F", "#7A6A4A", "#C07A3E", "#F0603A"),
            "coverage": ("#3A2F2B", "#4B5F52", "#4F9A7F", "#6FE0BE"),
            "failures": ("#2E3439", "#6B4A56", "#B05A70", "#F27C98"),
            "chain": ("#3A2F2B", "#3D4E5C", "#456A84", "#5A94BC"),
            "health": ("#2B3238", "#4A4560", "#6F5F92", "#9A82C4", "#CDB4F2"),
            "change": ("#5CB8E0", "#3F7188", "#2B3438", "#96693F", "#F0883E"),
        }
    ),
)

THEMES: Mapping[ThemeKey, Theme] = MappingProxyType({ThemeKey.LIGHT: LIGHT, ThemeKey.DARK: DARK})

SIZES: Mapping[str, str] = MappingProxyType(
    {
        "text-base": "calc(14px * var(--scale))",
        "text-note": "calc(12px * var(--scale))",
        "text-figure": "calc(24px * var(--scale))",
        "radius": "10px",
        "gap": "12px",
    }
)

PROJECTOR_SCALE = 1.67
"""Everything is this much larger on a projector, so that the back row reads it."""


def theme_of(key: ThemeKey | str) -> Theme:
    """The theme of a key.

    Parameters
    ----------
    key
        ``light`` or ``dark``.

    Returns
    -------
    theme
        The same object every time.

    Raises
    ------
    ValueError
        For any other word.
    """
    return THEMES[ThemeKey(key)]


def colour_ramp(theme: Theme, name: str, classes: int) -> tuple[str, ...]:
    """The colours of a ramp, lowest rate first; the ramp itself when the number fits, else mixed in between.

    Parameters
    ----------
    theme
        Has the ramps.
    name
        Name of the ramp.
    classes
        How many colours are wanted; below 2 the last of the ramp alone.

    Returns
    -------
    colours
        ``#RRGGBB`` each.

    Raises
    ------
    KeyError
        When the theme has no ramp of that name (a bug of the layer).
    """
    stops = theme.ramps[name]
    if classes == len(stops):
        return stops
    if classes < 2:
        return stops[-1:]
    places = [index * (len(stops) - 1) / (classes - 1) for index in range(classes)]
    return tuple(mix_colours(stops[int(at)], stops[min(int(at) + 1, len(stops) - 1)], at - int(at)) for at in places)


def mix_colours(first: str, second: str, share: float) -> str:
    """A colour between two.

    Parameters
    ----------
    first, second
        ``#RRGGBB``.
    share
        How far from the first to the second, 0 to 1, both inclusive.

    Returns
    -------
    colour
        ``#RRGGBB``, each part rounded.
    """
    pairs = zip(rgb(first), rgb(second), strict=True)
    return "#" + "".join(f"{round(low + (high - low) * share):02X}" for low, high in pairs)


def rgb(colour: str) -> tuple[int, int, int]:
    """The parts of a colour.

    Parameters
    ----------
    colour
        ``#RRGGBB``.

    Returns
    -------
    red, green, blue
        From 0 to 255.
    """
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def rgba(colour: str, alpha: float) -> str:
    """A colour with opacity, for CSS.

    Parameters
    ----------
    colour
        ``#RRGGBB``.
    alpha
        Opacity from 0 to 1.

    Returns
    -------
    colour
        ``rgba(r, g, b, a)``.
    """
    red, green, blue = rgb(colour)
    return f"rgba({red}, {green}, {blue}, {alpha:g})"


def hatch_css(theme: Theme) -> dict[str, str]:
    """CSS backgrounds of the hatches, to be laid over a swatch's colour.

    Parameters
    ----------
    theme
        Gives their inks.

    Returns
    -------
    backgrounds
        Per ``worst``, ``low``, ``none`` and ``small`` a value of CSS ``background``.
    """
    worst = rgba(theme.card if theme.key is ThemeKey.LIGHT else theme.ink, 0.55)
    return {
        "worst": f"repeating-linear-gradient(135deg, {worst} 0 1px, transparent 1px 4px)",
        "low": f"repeating-linear-gradient(135deg, {rgba(theme.danger, 0.6)} 0 1px, transparent 1px 4px)",
        "none": f"repeating-linear-gradient(135deg, {theme.hatch} 0 1px, transparent 1px 5px)",
        "small": f"radial-gradient({rgba(theme.ink, 0.45)} 0.8px, transparent 1.1px) 0 0 / 5px 5px",
    }


def mixed_tones(theme: Theme) -> dict[str, str]:
    """Tones between those of a theme; a stylesheet cannot mix them before Chromium 111.

    Parameters
    ----------
    theme
        Gives the tones mixed.

    Returns
    -------
    tones
        Name → CSS colour: words in the tones of good and late (darkened to read 4.5:1), the grounds of what lies
        over the map, of hints and of what is chosen, the line around a swatch, the track of a bar.
    """
    return {
        "ok-text": mix_colours(theme.ok, theme.ink, 0.3),
        "warn-text": mix_colours(theme.warn, theme.ink, 0.3),
        "over-map": rgba(theme.card, 0.95),
        "stamp-ground": rgba(theme.card, 0.92),
        "hint-ground": mix_colours(theme.card, theme.accent, 0.08),
        "chosen-ground": mix_colours(theme.card, theme.accent, 0.18),
        "swatch-line": rgba(theme.ink, 0.14),
        "track": rgba(theme.line, 0.55),
    }


def css_variables(theme: Theme | ThemeKey | str) -> str:
    """The body of a CSS rule with every token as a custom property: ``--canvas: #F6F5F1; … --ramp-overdue-1: …``.

    Sizes hang on ``--scale`` (1 here; a projector view sets 1.67), hatches come as ``--hatch-worst|low|none|small``.

    Parameters
    ----------
    theme
        A theme, or its key.

    Returns
    -------
    css
        Declarations parted by blanks, without braces; ramps count from 1, the lowest rate.

    Raises
    ------
    ValueError
        For a key there is not.
    """
    tokens = theme if isinstance(theme, Theme) else theme_of(theme)
    pairs: dict[str, str] = {"color-scheme": tokens.key.value, "--scale": "1"}
    for field in fields(tokens):
        if field.name not in {"key", "ramps"}:
            pairs[f"--{field.name.replace('_', '-')}"] = getattr(tokens, field.name)
    for name, colours in tokens.ramps.items():
        pairs.update({f"--ramp-{name}-{place}": colour for place, colour in enumerate(colours, 1)})
    pairs.update({f"--hatch-{name}": value for name, value in hatch_css(tokens).items()})
    pairs.update({f"--{name}": value for name, value in mixed_tones(tokens).items()})
    pairs.update({f"--{name}": value for name, value in SIZES.items()})
    pairs["--font"] = FONT_STACK
    return " ".join(f"{name}: {value};" for name, value in pairs.items())
