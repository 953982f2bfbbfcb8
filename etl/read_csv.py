"""CSV, from any spreadsheet: UTF-8 with or without mark, or GB18030; comma, semicolon or tab."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Callable, Generator
from pathlib import Path

import pandas as pd
from pandas.errors import EmptyDataError, ParserError

from etl.sheet import ROWS_A_CHUNK, Chunk, Sheet, refused

_BLOCK = 1 << 20


def _decodes(file: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with file.open("rb") as stream:
            while block := stream.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def encoding_of(file: Path) -> str:
    """The encoding all of ``file`` decodes in.

    Raises
    ------
    UserError
        The file is not text (a renamed workbook, a picture …).
    """
    with file.open("rb") as stream:
        start = stream.read(_BLOCK)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if b"\0" in start or start.startswith((b"PK\x03\x04", b"%PDF", b"\xd0\xcf\x11\xe0")):
        raise refused("not_text", file)
    for encoding in ("utf-8-sig", "gb18030"):
        if _decodes(file, encoding):
            return encoding
    raise refused("not_text", file)


def _first_line(file: Path, encoding: str) -> tuple[list[str], str]:
    with file.open(encoding=encoding, newline="") as stream:
        line = stream.readline(_BLOCK)
    separator = max(",\t;", key=line.count)
    try:
        with file.open(encoding=encoding, newline="") as stream:
            return next(csv.reader(stream, delimiter=separator), []), separator
    except csv.Error as error:
        raise refused("damaged", file, why=str(error)) from None


def read(file: Path) -> list[Sheet]:
    """The one sheet of a CSV file; the first line holds the headings."""
    encoding = encoding_of(file)
    headings, separator = _first_line(file, encoding)

    def chunks() -> Generator[Chunk]:
        try:
            with pd.read_csv(
                file,
                encoding=encoding,
                sep=separator,
                header=None,
                names=range(len(headings)),
                index_col=False,
                skiprows=1,
                dtype=str,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
                chunksize=ROWS_A_CHUNK,
                on_bad_lines="error",
                low_memory=False,
            ) as parts:
                for part in parts:
                    part.index += 2
                    yield Chunk(part)
        except EmptyDataError:
            return
        except (ParserError, UnicodeError, pd.errors.ParserWarning) as error:
            raise refused("damaged", file, why=str(error).strip().splitlines()[0]) from None

    return [Sheet(file, "", tuple(headings), chunks)]


READERS: dict[str, Callable[[Path], list[Sheet]]] = {".csv": read, ".tsv": read}
