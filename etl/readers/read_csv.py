"""CSV, from any spreadsheet: UTF-8 with or without mark, or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Callable, Generator
from io import BytesIO, TextIOWrapper
from itertools import islice
from pathlib import Path

import pandas as pd
from pandas.errors import EmptyDataError, ParserError

from etl.readers.sheet import LINES_LOOKED_AT, NO_HINTS, ROWS_A_CHUNK, Chunk, Hints, Sheet, unreadable_file
from geodata.errors import UserError

_BLOCK = 1 << 20
_LONGEST_LINE = 8 << 20
# long lines come in fewer at a time, so that a chunk fits into memory
_BYTES_A_CHUNK = 1 << 28
_FEWEST_ROWS = 32


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeError:
        return False
    return True


def encoding_of(file: Path) -> str:
    """The encoding all of ``file`` decodes in.

    Parameters
    ----------
    file
        A file that is there; all of it is read.

    Returns
    -------
    encoding
        ``utf-8-sig`` (with or without a mark), ``gb18030``, or ``utf-16`` where a mark says so.

    Raises
    ------
    UserError
        The file is not text (a renamed workbook, a picture …).
    """
    with file.open("rb") as stream:
        start = stream.read(_BLOCK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        if _decodes(file, "utf-16"):
            return "utf-16"
        raise unreadable_file("not_text", file)
    if b"\0" in start or start.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise unreadable_file("not_text", file)
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    raise unreadable_file("not_text", file)


def _encoding(file: Path, hints: Hints) -> str:
    """The encoding declared, which must hold for all of the file; else the one found."""
    if hints.encoding is None:
        return encoding_of(file)
    try:
        # a mark at the start is no part of the first heading
        known = "utf-8-sig" if codecs.lookup(hints.encoding).name == "utf-8" else hints.encoding
        TextIOWrapper(BytesIO(), encoding=known)  # a codec of bytes (hex, zlib) is none of text
        if _decodes(file, known):
            return known
    except LookupError:
        pass
    raise unreadable_file("not_in_encoding", file, encoding=hints.encoding)


def _first_lines(file: Path, encoding: str, separator: str, most: int) -> list[list[str]]:
    found: list[list[str]] = []
    with file.open(encoding=encoding, newline="") as stream:
        try:
            found.extend(islice(csv.reader(stream, delimiter=separator), most))
        except csv.Error as error:
            if not found:
                raise unreadable_file("damaged", file, why=str(error)) from None
    return found


def _headings(file: Path, encoding: str, hints: Hints) -> tuple[list[list[str]], str]:
    """The first lines, down to the one with the headings, and what separates their cells."""
    with file.open(encoding=encoding, newline="") as stream:
        line = "".join(islice(iter(lambda: stream.readline(_BLOCK), ""), hints.header or 1))
    likely = [hints.separator] if hints.separator else sorted(",\t;", key=line.count, reverse=True)
    most = max(LINES_LOOKED_AT, hints.header or 0)
    for separator in likely:
        lines = _first_lines(file, encoding, separator, most)
        at = hints.find_headings(lines, hints)
        if at is not None and lines:
            return lines[: at + 1], separator
    return _first_lines(file, encoding, likely[0], 1) or [[]], likely[0]


def _why(error: Exception, file: Path, width: int) -> UserError:
    """The words of pandas for a broken line as a sentence of ours."""
    said = str(error).strip().splitlines()[0]
    if found := re.search(r"Expected \d+ fields in line (\d+), saw (\d+)", said):
        return unreadable_file("too_many_cells", file, row=found[1], count=found[2], width=width)
    if found := re.search(r"EOF inside string starting at row (\d+)", said):
        return unreadable_file("open_quote", file, row=int(found[1]) + 1)
    return unreadable_file("damaged", file, why=said)


def _measured(file: Path) -> tuple[bool, int]:
    """Whether there is any quotation mark, and the longest line in bytes.

    Raises
    ------
    UserError
        A line, or a cell that goes on over lines, is beyond all measure and would fill the memory.
    """
    quotes, longest, open_line = False, 0, 0
    with file.open("rb") as stream:
        while block := stream.read(_BLOCK):
            quotes = quotes or b'"' in block
            first, *others = (len(line) for line in block.split(b"\n"))
            longest = max(longest, open_line + first, *others)
            open_line = others[-1] if others else open_line + first
            if longest > _LONGEST_LINE:
                raise unreadable_file("too_long_line", file)
    if quotes:
        longest = max(longest, _longest_quoted(file))
    return quotes, longest


def _longest_quoted(file: Path) -> int:
    """The most bytes a quoted cell goes on over lines."""
    inside, size, longest = False, 0, 0
    with file.open("rb") as stream:
        for number, line in enumerate(stream, start=1):
            size = size + len(line) if inside else 0
            longest = max(longest, size)
            inside ^= bool(line.count(b'"') & 1)
            if size > _LONGEST_LINE:
                raise unreadable_file("open_quote", file, row=number)
    return longest


def _swallowed(part: pd.DataFrame, separator: str) -> int | None:
    """The first row where a cell holds an end of a line and the start of another: its quote met that of another row."""
    for place in part.columns:
        column = part[place]
        broken = column.str.contains("\n", regex=False, na=False)
        for row, cell in column[broken].items():
            if cell.count(separator) >= part.shape[1] - 1 > 0:
                return int(str(row))
    return None


def _checked(part: pd.DataFrame, width: int, separator: str, file: Path, *, quotes: bool) -> pd.DataFrame:
    """The columns that have a heading; content beyond them is refused, blank cells there are an office's commas."""
    named, beyond = part.iloc[:, :width], part.iloc[:, width:].notna()
    row = _swallowed(named, separator) if quotes else None
    if row is not None:
        raise unreadable_file("open_quote", file, row=row)
    if beyond.to_numpy().any():
        said = beyond[beyond.any(axis=1)].iloc[0]
        raise unreadable_file("too_many_cells", file, row=said.name, count=int(said[said].index[-1]) + 1, width=width)
    return named


def read_csv(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """The one sheet of a CSV file; its headings stand in the first line, or below a title.

    Parameters
    ----------
    file
        A file that is there; all of it is read once to measure it.
    hints
        Encoding, separator and line of headings go before what is found.

    Returns
    -------
    sheets
        Exactly one; row numbers count every row of the file, those above the headings too, from 1.

    Raises
    ------
    UserError
        Not text, not in the encoding declared, or with a line or cell beyond all measure; while its chunks are read: a
        row with more cells than headings, an open quotation mark.
    """
    encoding = _encoding(file, hints)
    (*above, headings), separator = _headings(file, encoding, hints)
    quotes, longest = _measured(file)
    rows = max(_FEWEST_ROWS, min(ROWS_A_CHUNK, _BYTES_A_CHUNK // max(longest, 1)))
    first_row = len(above) + 2
    first = _first_lines(file, encoding, separator, first_row)[first_row - 1 :]
    # pandas drops what the very first row has beyond the names it is given, and only warns of it
    places = max([len(headings), *map(len, first)])

    def chunks() -> Generator[Chunk]:
        try:
            with pd.read_csv(
                file,
                encoding=encoding,
                sep=separator,
                header=None,
                names=range(places),
                index_col=False,
                skiprows=first_row - 1,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
                chunksize=rows,
                on_bad_lines="error",
                low_memory=False,
            ) as parts:
                for part in parts:
                    part.index += first_row
                    yield Chunk(_checked(part, len(headings), separator, file, quotes=quotes))
        except EmptyDataError:
            return
        except (ParserError, UnicodeError, pd.errors.ParserWarning) as error:
            raise _why(error, file, len(headings)) from None

    titles = tuple(text for line in above if (text := " ".join(filter(None, line))))
    return [Sheet(file, "", tuple(headings), chunks, above=titles, separator=separator)]


READERS: dict[str, Callable[[Path, Hints], list[Sheet]]] = {".csv": read_csv, ".tsv": read_csv}
