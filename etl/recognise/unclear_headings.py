"""What a table says where its headings do not say what it is: content under a blank heading, headings over two lines.

Both are refused: read as they stand, the content would be dropped without a word.
"""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from dataclasses import replace

from openpyxl.utils import get_column_letter

from etl.readers.sheet import Chunk, Sheet, unreadable_file
from etl.recognise.headings import field_named


def _check(chunk: Chunk, sheet: Sheet, blank: list[int]) -> None:
    for place in blank:
        texts = chunk.cells[place].dropna()
        said = texts[texts.str.strip() != ""]
        if len(said):
            raise unreadable_file(
                "beyond_headings",
                sheet.file,
                sheet=sheet.name or sheet.file.stem,
                row=said.index[0],
                column=get_column_letter(place + 1),
            )


def _goes_on(chunk: Chunk, sheet: Sheet, kind: str) -> int | None:
    """The row of a first line that says nothing but headings, other ones than stand over them."""
    for row, *cells in chunk.cells.itertuples(name=None):
        said = [(place, text) for place, text in enumerate(cells) if isinstance(text, str) and text.strip()]
        if not said:
            continue
        fields = [field_named(kind, text) for _, text in said]
        # the headings said once more are a fault of their row alone
        others = any(
            field is not field_named(kind, sheet.headings[place])
            for field, (place, _) in zip(fields, said, strict=True)
        )
        return int(row) if len(said) > 1 and None not in fields and others else None
    return None


def guard_headings(sheet: Sheet, kind: str) -> Sheet:
    """The sheet, whose reading ends with a UserError where it says something no heading explains.

    Parameters
    ----------
    sheet
        The sheet as it stands in the file.
    kind
        Its kind of fact.

    Returns
    -------
    sheet
        The same rows; refused are content under a blank heading, and a first row of other headings.
    """
    blank = [place for place, title in enumerate(sheet.headings) if not title.strip()]

    def chunks() -> Generator[Chunk]:
        with closing(sheet.chunks()) as given:
            for number, chunk in enumerate(given):
                second = _goes_on(chunk, sheet, kind) if number == 0 else None
                if second is not None:
                    raise unreadable_file(
                        "second_headings", sheet.file, sheet=sheet.name or sheet.file.stem, row=second
                    )
                _check(chunk, sheet, blank)
                yield chunk

    return replace(sheet, chunks=chunks)
