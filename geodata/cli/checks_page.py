"""The page ``docs/checks.md``: every check of the grid, what it says, how to mend it; see ``make docs``."""

from __future__ import annotations

from inspect import getdoc
from pathlib import Path
from sys import modules

from geodata.integrity import checks
from geodata.integrity.checks import discover
from geodata.integrity.integrity_check import IntegrityCheck
from geodata.locale import Lang, translate

PAGE = Path(__file__).parents[2] / "docs" / "checks.md"

HEAD = """\
# Checks of the grid

`python -m etl integrity` looks the grid over and keeps what it finds as a work list: each fault is one item with its
place, its size, who mends it and until when. It stays that item until it is found no more, or accepted with a reason.
A check is one file in `geodata/integrity/checks/`; its limits are dated rules. This page is generated (`make docs`).
"""


def render_page() -> str:
    """The page's text: a section per check in the order in which they are told, in both languages.

    Returns
    -------
    text
        Markdown; the description of a check is the docstring of its module.
    """
    return HEAD + "".join(_section(check) for check in discover().values())


def _section(check: IntegrityCheck) -> str:
    known = getdoc(modules[f"{checks.__name__}.{check.key}"]) or ""
    sized = f"Size in {check.size_unit}. " if check.size_unit else ""
    lines = [f"\n## {check.key} {translate(f'work.{check.key}.name', Lang.ZH)}\n", f"{sized}{known}\n"]
    for lang in (Lang.EN, Lang.ZH):
        what, mend = (translate(f"work.{check.key}.{part}", lang) for part in ("what", "mend"))
        lines.append(f"- **{translate(f'work.{check.key}.name', lang)}**: {what} {mend}")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
