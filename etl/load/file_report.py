"""What became of one sheet: counts, faults, and whether it was loaded."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from etl.load.batch_differences import Difference
from etl.load.file_hint import Hint
from etl.load.row_fault import Reject
from etl.readers.sheet import Sheet
from etl.recognise.field_words import field_heading
from geodata.locale import Lang, translate
from geodata.preview.overdue_moved import OverdueMoved
from geodata.settings import settings


@dataclass(frozen=True)
class FileReport:
    """``read = new + changed + same + rejected rows`` for a loaded sheet; a refused one changed nothing."""

    file: str
    sheet: str
    kind: str
    read: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    rejects: list[Reject] = field(default_factory=list)
    batch_id: int | None = None
    """The load batch; None when nothing was written, also because everything was there already."""
    loaded: bool = False
    left_out: int = 0
    """How many rows the ``where`` of the load left out."""
    left_out_names: tuple[str, ...] = ()
    """Key and name of (the first of) them."""
    above: tuple[str, ...] = ()
    """The lines above the headings, which were not read as rows."""
    unused: tuple[str, ...] = ()
    """Headings that no field of this kind of fact has."""
    read_from: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Field name → the headings of the file its text was made of, where a mapping made it."""
    note: str = ""
    """Why a file was not looked at."""
    path: Path | None = None
    """Where the file lies."""
    table: Sheet | None = field(default=None, repr=False, compare=False)
    """The sheet as it stands in the file, to be read again."""
    shape_places: tuple[int, ...] = ()
    """Its columns that hold the shape as text."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Field → the heading it was recognised by."""
    hints: tuple[Hint, ...] = ()
    """What looks wrong about the file as a whole (its datum, its coverage), each with what to do."""
    differences: tuple[Difference, ...] = ()
    """In a preview: the first cells that would change."""
    emptied: tuple[tuple[str, int], ...] = ()
    """In a preview: how many cells that say something would say nothing, by column."""

    @property
    def rejected(self) -> int:
        """How many rows have at least one fault."""
        return len({each.row for each in self.rejects})

    def to_sentence(self, lang: Lang | None = None) -> str:
        """The outcome in one sentence.

        Parameters
        ----------
        lang
            The language to say it in; None: that of the settings.

        Returns
        -------
        sentence
            Why it was not looked at, what was loaded, or why it was refused, with the first fault.
        """
        said = lang or settings().lang
        if self.note:
            return self.note
        if self.loaded:
            return translate(
                "etl.loaded",
                said,
                file=self.file,
                new=self.new,
                changed=self.changed,
                same=self.same,
                rejected=self.rejected,
            )
        if self.rejects:
            return translate(
                "etl.refused", said, file=self.file, rejected=self.rejected, first=self.rejects[0].to_sentence(said)
            )
        return translate("etl.refused_beside", said, file=self.file, sheet=self.sheet)


def emptied_sentence(reports: Sequence[FileReport], lang: Lang) -> str:
    """How much of what is stored a load would empty; blank when nothing.

    Parameters
    ----------
    reports
        Of the sheets of a preview.
    lang
        The language to say it in.

    Returns
    -------
    sentence
        How many cells in all, and in which columns, most first.
    """
    found: Counter[str] = Counter()
    for each in reports:
        found.update({field_heading(each.kind, column, lang): count for column, count in each.emptied})
    if not found:
        return ""
    columns = translate("list.comma", lang).join(f"{title} {count}" for title, count in found.most_common())
    return translate("etl.emptied", lang, count=found.total(), columns=columns)


@dataclass(frozen=True)
class Preview:
    """What a load would do: one report per sheet, in load order, without batches; nothing of it was written."""

    reports: tuple[FileReport, ...]
    moved: OverdueMoved
    """Of today: who would be overdue is counted with all the sheets, those that would be refused too."""

    @property
    def loads(self) -> bool:
        """Whether a load would accept every file."""
        return all(each.loaded for each in self.reports if each.kind)

    @property
    def new(self) -> int:
        """How many rows would be new."""
        return sum(each.new for each in self.reports)

    @property
    def changed(self) -> int:
        """How many rows would change."""
        return sum(each.changed for each in self.reports)

    @property
    def same(self) -> int:
        """How many rows say what is there already."""
        return sum(each.same for each in self.reports)

    @property
    def rejects(self) -> list[Reject]:
        """Every fault of every sheet."""
        return [reject for each in self.reports for reject in each.rejects]

    @property
    def differences(self) -> list[Difference]:
        """The first cells that would change, of every sheet."""
        return [difference for each in self.reports for difference in each.differences]
