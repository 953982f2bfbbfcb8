"""What is served runs in Chromium 109, the last one for the office's Windows 7: nothing newer is said.

Of scripts of others, which ask for what there is before they use it, only the syntax counts: a script that cannot be
read does nothing at all. Ours are held to names too.
"""

from __future__ import annotations

import re
from pathlib import Path

import brotli
import dash
import dash_ag_grid
import pytest

from dashboard.app.one_script import MAP_FOLDER, MAP_SCRIPT
from layers.palette import THEMES, css_variables
from tests.architecture.source import PROJECT

ASSETS = PROJECT / "dashboard/app/assets"
OURS = [*sorted(ASSETS.glob("*.js")), *sorted((PROJECT / "layers").glob("*.js"))]
STYLES = [*sorted(ASSETS.glob("*.css")), *sorted((PROJECT / "layers").glob("*.css"))]

_PART = r"(?:\\.|\[(?:\\.|[^\]\n\\])*\]|[^/\n\\\[])"
"""Of a regular expression: an escaped sign, a class, any other sign."""
# feature → Chromium that first had it
SYNTAX = {
    r"^\s*(?:await\s+)?using\s+\w+\s*=": 134,
    r"\bimport\s[^;\n]*\swith\s*\{\s*type\s*:": 123,
    rf"(?<![\w$)\]])/(?![*/]){_PART}+/[dgimsuy]*v[dgimsuy]*\b": 112,
    r"\(\?[ims]*-[ims]+:|\(\?[ims]+:": 125,
    r"^\s*@\w+\s*(?:\([^)]*\))?\s*class\b": 999,
}
NAMES = {
    r"\.toSorted\(|\.toReversed\(|\.toSpliced\(|\.with\(": 110,
    r"\b(?:Object|Map)\.groupBy\(": 117,
    r"\bPromise\.(?:withResolvers|try)\(": 119,
    r"\bURL\.(?:canParse|parse)\(": 120,
    r"\bArray\.fromAsync\(": 121,
    r"\.(?:isSubsetOf|isSupersetOf|isDisjointFrom|symmetricDifference)\(": 122,
    r"\.isWellFormed\(|\.toWellFormed\(": 111,
    r"\b(?:show|hide|toggle)Popover\(|\bpopover\b\s*[=:]": 114,
    r"\bstartViewTransition\(|\brequestClose\(|\bmoveBefore\(|\bRegExp\.escape\(|\bscrollend\b": 111,
    r"\bAbortSignal\.any\(|\bcheckVisibility\(\{[^}]*opacityProperty": 116,
}
CSS = {
    r"\bcolor-mix\(|\boklch\(|\boklab\(|\blch\(|\blab\(": 111,
    r"\blight-dark\(": 123,
    r"\((?:rgb|hsl)a?\s*\(\s*from\b": 119,
    r"@scope\b|@starting-style\b|@view-transition\b|@position-try\b|@function\b": 117,
    r"\[popover\]|:popover-open|::backdrop\s*\{[^}]*transition-behavior": 114,
    r"(?:^|[;{}])\s*&": 112,
    r":user-(?:valid|invalid)|:state\(|:has-slotted": 119,
    r"\banchor\(|\bposition-anchor\b|\bposition-area\b": 125,
    r"\bsubgrid\b": 117,
    r"\binterpolate-size\b|\bcalc-size\(": 129,
    r"\bcontent-visibility:\s*[^;]*\bauto\b[^;]*!": 999,
}
"""What changes how a page looks where it is not known; a property a browser may pass over (a thinner bar) is none."""


def newer(text: str, *known: dict[str, int]) -> list[str]:
    """What of a text came after Chromium 109."""
    return [
        f"{found.group(0)[:60]!r} (Chromium {since})"
        for features in known
        for pattern, since in features.items()
        for found in re.finditer(pattern, text, flags=re.MULTILINE)
    ]


def code(text: str) -> str:
    """A script without what only speaks of it."""
    return re.sub(r"/\*.*?\*/|(?<=\s)//[^\n]*", "", text, flags=re.DOTALL)


@pytest.mark.parametrize("file", OURS, ids=lambda file: file.name)
def test_our_scripts_say_nothing_newer(file: Path) -> None:
    assert newer(code(file.read_text("utf-8")), SYNTAX if file.name.startswith("1") else SYNTAX | NAMES) == []


@pytest.mark.parametrize("file", STYLES, ids=lambda file: file.name)
def test_our_styles_say_nothing_newer(file: Path) -> None:
    text = re.sub(r"/\*.*?\*/", "", file.read_text("utf-8"), flags=re.DOTALL)
    # said first for all, then again for browsers that know it
    twice = re.sub(r"([\w-]+):[^;{}]*;\s*\1:[^;{}]*\bround\([^;{}]*;", "", text)
    assert newer(twice, CSS, {r"\bround\(|\bmod\(|\brem\(": 125}) == []


def test_the_styles_written_into_a_page_say_nothing_newer() -> None:
    for theme in THEMES.values():
        assert newer(css_variables(theme), CSS) == []


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("a { color: color-mix(in srgb, red, blue) }", 111), (".a { .b & { } & .c { } }", 112),
        ("a { color: light-dark(red, blue) }", 123), ("@scope (.a) { }", 117), ("a { grid: subgrid }", 117),
    ],
)  # fmt: skip
def test_a_newer_style_is_seen(text: str, since: int) -> None:
    assert any(f"Chromium {since}" in each for each in newer(text, CSS))


@pytest.mark.parametrize(
    ("text", "since"),
    [
        ("const a = [1].toSorted();", 110), ("const p = Promise.withResolvers();", 119), ("b = /[\\p{L}--a]/v;", 112),
        ("using file = open();", 134), ("element.showPopover()", 114), ("x = /(?i:a)b/;", 125),
    ],
)  # fmt: skip
def test_a_newer_script_is_seen(text: str, since: int) -> None:
    assert any(f"Chromium {since}" in each for each in newer(text, SYNTAX, NAMES))


def scripts_of_others() -> dict[str, bytes]:
    """Every script of Dash, of its grids and of the map that a page may ask for."""
    folder, grid = Path(dash.__file__).parent, Path(dash_ag_grid.__file__).parent
    found = {
        file.name: file.read_bytes()
        for room in (folder / "deps", folder / "dcc", folder / "html", folder / "dash-renderer/build", grid)
        for file in room.glob("*.js")
        if ".dev." not in file.name and not file.name.endswith(("-dev.js", "mathjax.js"))
    }
    packed = MAP_FOLDER / f"{MAP_SCRIPT}.br"
    return found | {MAP_SCRIPT: brotli.decompress(packed.read_bytes())}


def test_scripts_of_others_can_be_read() -> None:
    using = {r"^\s*(?:await\s+)?using\s+\w+\s*=": 134, r"\bimport\s[^;\n]*\swith\s*\{\s*type\s*:": 123}
    told = {name: newer(body.decode("utf-8"), using) for name, body in scripts_of_others().items()}
    assert len(told) > 10
    assert {name: found for name, found in told.items() if found} == {}
