"""The page ``docs/sources.md``: every kind of fact and its columns; see ``make docs``."""

from __future__ import annotations

from pathlib import Path

from etl.kinds.source import Field, Need, Shape, Source
from etl.recognise.field_words import field_heading, kind_name, words_of
from etl.recognise.shape_columns import boundary_title
from etl.sources import discover
from geodata.locale import Lang

PAGE = Path(__file__).parents[2] / "docs" / "sources.md"

HEAD = """\
# Sources

The kinds of fact an office sends, in load order. `python -m etl template KIND out.xlsx` writes an empty workbook of a
kind; Chinese and English headings are both understood. This page is generated (`make docs`).

## Numbers

The decimal sign is the point: `0.015`. Full-width figures and signs count as plain ones.

| in the file | is read as |
|---|---|
| `1250.5`, `1,250.5`, `1 250.5`, `1'250.5`, `１，２５０．５` | 1250.5 |
| `1,250,000` | 1250000 |
| `0,015`, `12,5`, `1.250,5`, `1.250.000` | 0.015, 12.5, 1250.5, 1250000; refused where other numbers of the sheet \
have decimal points |
| `1,250` | 1250 in a CSV whose cells are separated by commas, in a CSV with decimal points elsewhere, and in any \
table with numbers like `1,250.5`; refused otherwise, and wherever the sheet has decimal commas |
| `1.250` | 1.25; refused where the sheet has decimal commas |
| `126,245` as a longitude or latitude | 126.245: degrees have no thousands |
| `12.3%`, or a cell of XLSX, XLS or ODS that shows it | 12.3 as a value or limit, beside the unit % alone; 0.123 as a \
share; refused elsewhere |
"""

_NEED = {Need.ALWAYS: "always", Need.NEW: "for a new row", Need.MAY: ""}


def render_page() -> str:
    """The page's text: a section per kind, a row per column.

    Returns
    -------
    text
        Markdown, the kinds in load order, headings in Chinese and English.
    """
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
    headings = f"{field_heading(kind, field.name, Lang.ZH)} / {field_heading(kind, field.name, Lang.EN)}"
    return (
        f"| `{field.name}` | {headings} | {_NEED[field.need]} | {words_of('note', kind, field.name, Lang.EN) or ''} |"
    )


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(render_page(), encoding="utf-8")
