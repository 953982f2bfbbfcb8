"""What came of a load, in a sentence; and the workbook of its faults."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from etl import Preview
from etl.export.fault_workbook import write_rejects
from etl.load.file_report import FileReport
from etl.mapping.mapping_file import known_mappings
from geodata.locale import Lang


def mapping_names() -> list[str]:
    """The names of the mappings that may be asked for; a path would read a file of the server's.

    Returns
    -------
    names
        Of the mappings shipped and saved here.
    """
    return list(known_mappings())


def loaded_sentence(reports: Sequence[FileReport], lang: Lang) -> str:
    """What came of a load, a sentence per sheet.

    Parameters
    ----------
    reports
        In the order of the load.
    lang
        Language of the sentences.

    Returns
    -------
    text
        Parted by blanks.
    """
    return " ".join(each.to_sentence(lang) for each in reports)


def rejects_book(out: Path, found: Preview) -> None:
    """The same workbook with the fault beside each cell; corrected, it loads again.

    Parameters
    ----------
    out
        Where the xlsx is written.
    found
        A preview with faults.

    Raises
    ------
    UserError
        It cannot be written there.
    """
    write_rejects(out, list(found.reports))
