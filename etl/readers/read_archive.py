"""ZIP, KMZ and .gz: each data file inside is read as if it lay there unpacked; archives inside archives are not."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from pathlib import Path

from etl.readers.sheet import NO_HINTS, Chunk, Hints, Sheet, unreadable_file
from etl.readers.unpack import Workspace, gunzip, unzip

Readers = dict[str, Callable[[Path, Hints], list[Sheet]]]


def _held(sheet: Sheet, file: Path, name: str, space: Workspace) -> Sheet:
    """The sheet under the archive's name; it keeps the unpacked folder while it may be read."""

    def chunks(_kept: Workspace = space) -> Generator[Chunk]:
        yield from sheet.chunks()

    return replace(sheet, file=file, name=name, chunks=chunks)


def archive_readers(inner: Readers) -> Readers:
    """Readers of archives whose members ``inner`` reads.

    Parameters
    ----------
    inner
        Ending (with its point, lower case) → reader, of the formats that may lie inside.

    Returns
    -------
    readers
        The same for ``.zip``, ``.kmz`` and ``.gz``; each refuses, with a UserError, an archive that is damaged,
        absurdly large, or holds none of those formats.
    """

    def read_zip(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
        space = unzip(file)
        members = sorted(each for each in space.path.rglob("*") if each.is_file() and each.suffix.lower() in inner)
        if not members:
            raise unreadable_file("nothing_inside", file, formats=" ".join(sorted(inner)))
        found = []
        for member in members:
            for sheet in inner[member.suffix.lower()](member, hints):
                name = sheet.name if len(members) == 1 and sheet.name else sheet.name or member.stem
                found.append(_held(sheet, file, name, space))
        return found

    def read_gz(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
        space, member = gunzip(file)
        reader = inner.get(member.suffix.lower())
        if reader is None:
            raise unreadable_file("nothing_inside", file, formats=" ".join(sorted(inner)))
        return [_held(sheet, file, sheet.name, space) for sheet in reader(member, hints)]

    return {".zip": read_zip, ".kmz": read_zip, ".gz": read_gz}
