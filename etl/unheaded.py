"""What a table holds where no heading says what it is: content under a blank heading is refused, never dropped."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from openpyxl.utils import get_column_letter

from etl.sheet import Chunk, Sheet, refused


def _check(chunk: Chunk, sheet: Sheet, blank: list[int]) -> None:
    for place in blank:
        texts = chunk.cells[place].dropna()
        said = texts[texts.str.strip() != ""]
        if len(said):
            raise refused(
                "beyond_headings",
                sheet.file,
                sheet=sheet.name or sheet.file.stem,
                row=said.index[0],
                column=get_column_letter(place + 1),
            )


def headed(sheet: Sheet) -> Sheet:
    """The sheet, whose reading ends with a UserError at the first row that says something under a blank heading."""
    blank = [place for place, title in enumerate(sheet.headings) if not title.strip()]

    def chunks() -> Generator[Chunk]:
        with closing(sheet.chunks()) as given:
            for chunk in given:
                _check(chunk, sheet, blank)
                yield chunk

    return replace(sheet, chunks=chunks) if blank else sheet
