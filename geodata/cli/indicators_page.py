"""The page ``docs/indicators.md``: every indicator, its definition and window; see ``make docs``."""

from __future__ import annotations

from pathlib import Path

from geodata.indicators import INDICATORS
from geodata.locale import Lang, label_of, translate

PAGE = Path(__file__).parents[2] / "docs" / "indicators.md"

HEAD = """\
# Indicators

Each is one file in `geodata/indicators/`; its rows are counted once, in SQL, and every surface shows that count.
`coverage` looks at the rolling window of the rule `coverage_window_days`, `test` at the natural year to date, `day` at
the as-of day. This page is generated (`make docs`).
"""


def render_page() -> str:
    """The page's text: a section per indicator in display order, in both languages.

    Returns
    -------
    text
        Markdown.
    """
    parts = [HEAD]
    for key, indicator in INDICATORS.items():
        parts.append(f"\n## {key}\n")
        for lang in (Lang.EN, Lang.ZH):
            word = f"indicator.{key}"
            fraction = f"{translate(f'{word}.numerator', lang)} ÷ {translate(f'{word}.denominator', lang)}"
            parts.append(
                f"**{translate(f'{word}.label', lang)}** ({fraction}). {translate(f'{word}.definition', lang)}\n"
            )
        states = " · ".join(f"`{state}` {label_of(state, Lang.EN)}" for state in indicator.states)
        parts.append(
            f"Window: `{indicator.window}`. Better: {indicator.better}. Rows: {indicator.grain}. States: {states}."
        )
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
