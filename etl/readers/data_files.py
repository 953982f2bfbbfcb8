"""Which files are data and who reads them: every accepted format is one reader module."""

from __future__ import annotations

from pathlib import Path

from etl.readers import read_archive, read_csv, read_ods, read_parquet, read_postgis, read_spatial, read_xls, read_xlsx
from etl.readers.sheet import NO_HINTS, Hints, Sheet, unreadable_file
from geodata.errors import UserError
from geodata.signs.refused_signs import refused_sign, show_refused

_PLAIN: read_archive.Readers = {
    each: reader
    for module in (read_csv, read_xlsx, read_ods, read_xls, read_spatial, read_parquet)
    for each, reader in module.READERS.items()
}
_READERS = _PLAIN | read_archive.archive_readers(_PLAIN) | read_postgis.READERS


def read_sheets(file: Path, hints: Hints = NO_HINTS) -> list[Sheet]:
    """Every table of ``file``; ``hints`` say what its format leaves open.

    Parameters
    ----------
    file
        Its ending, in any case, says its format.
    hints
        What its format leaves open.

    Returns
    -------
    sheets
        At least one, in the file's order, hidden ones among them.

    Raises
    ------
    UserError
        The file is missing, not of an accepted format, or damaged, or its name holds a sign that is refused everywhere.
    """
    if sign := refused_sign(file.name):
        raise UserError("etl.file.name_refused", file=show_refused(file.name, one_line=True), sign=sign)
    if not file.is_file():
        raise unreadable_file("not_there", file)
    reader = _READERS.get(file.suffix.lower())
    if reader is None:
        raise unreadable_file("not_a_format", file, formats=" ".join(sorted(_READERS)))
    if file.stat().st_size == 0:
        raise unreadable_file("empty", file)
    try:
        file.open("rb").close()
    except OSError as error:
        raise unreadable_file("not_readable", file, why=error.strerror) from error
    found = reader(file, hints)
    if not found:
        raise unreadable_file("empty", file)
    return found


SIDECARS = frozenset({".dbf", ".shx", ".prj", ".cpg", ".sbn", ".sbx", ".qpj", ".qix", ".xml"})


def files_in(path: Path) -> tuple[list[Path], list[Path]]:
    """The data files of a folder (by name) and the ones not understood; a file stands for itself.

    Parameters
    ----------
    path
        A folder, or one file.

    Returns
    -------
    data, others
        Both sorted by name; folders in it, hidden files and the companions of a shapefile are in neither. A file that
        names a database is data only where it is named itself: nothing lying in a folder opens a connection.
    """
    if not path.is_dir():
        return [path], []
    seen = sorted(each for each in path.iterdir() if each.is_file() and not each.name.startswith((".", "~$")))
    lying = _READERS.keys() - read_postgis.READERS.keys()
    return (
        [each for each in seen if each.suffix.lower() in lying],
        [each for each in seen if each.suffix.lower() not in lying | SIDECARS],
    )
