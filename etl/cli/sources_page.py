"""The page ``docs/sources.md``: every kind of fact and its columns; see ``make docs``."""

from __future__ import annotations

from pathlib import Path

from etl.kinds.source import Field, Need, Shape, Source
from etl.recognise.headings import heading, kind_name, words_of
from etl.recognise.shape_columns import boundary_title
from etl.sources import discover
from geodata.locale import Lang

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"

HEAD = """\
# Sources

The kinds of fact an office sends, in load order. `python -m etl template KIND out.xlsx` writes an empty workbook of a
kind; Chinese and English headings are both understood. This page is generated (`make docs`).
"""

_NEED = {Need.ALWAYS: "always", Need.NEW: "for a new row", Need.MAY: ""}


def page() -> str:
    """The page's text: a section per kind, a row per column."""
    return HEAD + "".join(_section(source) for source in discover().values())


def _section(source: Source) -> str:
    rows = "\n".join(_row(source.kind, field) for field in source.fields)
    key = ", ".join(f"`{name}`" for name in source.key)
    return (
        f"\n## {source.kind} {kind_name(source.kind, Lang.ZH)}\n\nKey: {key}.\n\n"
        f"| column | heading | required | meaning |\n|---|---|---|---|\n{rows}\n{_boundaries(source)}"
    )


def _boundaries(source: Source) -> str:
    if source.shape is not Shape.POLYGON:
        return ""
    title = " / ".join(boundary_title(lang) for lang in Lang)
    return f"\nA workbook or CSV may hold the boundary as WKT under {title}, and go on under that heading with 2, 3 …\n"


def _row(kind: str, field: Field) -> str:
    headings = f"{heading(kind, field.name, Lang.ZH)} / {heading(kind, field.name, Lang.EN)}"
    return (
        f"| `{field.name}` | {headings} | {_NEED[field.need]} | {words_of('note', kind, field.name, Lang.EN) or ''} |"
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
