"""An outside format as a TOML file: which files, which kinds of fact, which column is which field (docs/mappings.md).

Only the form is checked here; what a mapping says about kinds and fields is checked by ``etl.mapping.mapping_check``.
"""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, PrivateAttr, ValidationError
from pydantic_core import ErrorDetails

from etl.readers.sheet import Hints
from geodata.errors import UserError
from geodata.locale import Lang, read_catalogue, translate
from geodata.settings import settings
from geodata.vocabulary import Datum

SHIPPED = Path(__file__).with_name("shipped")
ENDING = ".toml"

_FORM = ConfigDict(extra="forbid", frozen=True, coerce_numbers_to_str=True)


def _listed(said: Any) -> Any:
    return (said,) if isinstance(said, str) else said


def _recipe(said: Any) -> Any:
    return {"column": said} if isinstance(said, (str, list)) else said


Headings = Annotated[tuple[str, ...], BeforeValidator(_listed)]


class FieldMapping(BaseModel):
    """Where a field's text comes from, and what is done to it, in the order in which the keys stand here."""

    model_config = _FORM
    column: Headings = Field(default=(), description="The heading; of several, the first one the file has.")
    join: tuple[str, ...] = Field(default=(), description="Several headings whose texts are joined, blanks left out.")
    by: str = Field(default=" ", description="What stands between joined texts.")
    value: str | None = Field(default=None, description="The same text in every row.")
    blank: Headings = Field(default=(), description="Texts that mean nothing was said, such as N/A or 0.")
    split: str | None = Field(default=None, description="Cut the text at this …")
    part: int = Field(default=1, description="… and take this piece: 1 is the first, -1 the last.")
    regex: str | None = Field(
        default=None, description="Take what this regular expression finds: its first group, or all of it."
    )
    replace: tuple[tuple[str, str], ...] = Field(
        default=(), description="Pairs of a regular expression and what goes in its place, one after the other."
    )
    case: Literal["lower", "upper", "title"] | None = Field(default=None, description="Lower, upper or title case.")
    dictionary: dict[str, str] = Field(
        default_factory=dict, description="A dictionary of texts, compared without case and spacing."
    )
    otherwise: str | None = Field(
        default=None, description="What a text becomes that is not in the dictionary; unset: it is left as it is."
    )
    dates: Headings = Field(
        default=(), description="Date forms such as %d/%m/%Y; 2015-12-03, 20151203 and 2015年12月3日 need none."
    )
    pad: int | None = Field(default=None, ge=1, le=40, description="Zeros put before a code up to this length.")
    code: bool = Field(default=False, description="Make a code of a name: spaces become underscores.")
    digest: bool = Field(default=False, description="Make a short code of the text that is always the same (a key).")
    prefix: str = Field(default="", description="Put before a text that is not blank.")
    suffix: str = Field(default="", description="Put after it.")
    default: str | None = Field(default=None, description="The text where nothing is said.")
    optional: bool = Field(default=False, description="A file without the column is read all the same.")
    within: bool = Field(
        default=False, description="Where nothing is said: the village whose boundary holds the point."
    )
    overlap: bool = Field(default=False, description="Where nothing is said: the parent the boundary overlaps most.")
    unit_name: bool = Field(default=False, description="The text is a unit's name, not its code.")

    @property
    def headings(self) -> tuple[str, ...]:
        """Every heading it may read."""
        return (*self.column, *self.join)

    @property
    def untouched(self) -> bool:
        """Whether the text is the column's as it stands."""
        return self.model_fields_set <= {"column", "optional", "within", "overlap", "unit_name"}

    @property
    def assigned(self) -> bool:
        """Whether the database finds the unit."""
        return self.within or self.overlap or self.unit_name


class Only(BaseModel):
    """Rows are read only when the text under ``column`` is one of ``among``, none of ``not_among``, or matches."""

    model_config = _FORM
    column: Headings = Field(description="The heading; of several, the first one the file has.")
    among: Headings = Field(default=(), description="The texts wanted.")
    not_among: Headings = Field(default=(), description="The texts not wanted; an empty text means a blank cell.")
    regex: str | None = Field(default=None, description="A regular expression the text must match as a whole.")


class GeometryMapping(BaseModel):
    """A column that holds shapes as text."""

    model_config = _FORM
    column: Headings = Field(description="The heading; of several, the first one the file has.")
    form: Literal["wkt", "wkb", "geojson"] = Field(default="wkt", description="wkt, wkb (hexadecimal) or geojson.")


class TableMapping(BaseModel):
    """One kind of fact read from some sheets; several tables may read the same file."""

    model_config = _FORM
    kind: str = Field(description="The kind of fact.")
    files: Headings = Field(default=("*",), description="Names of files, with * and ?; case does not matter.")
    sheets: Headings = Field(default=("*",), description="Names of sheets or layers, with * and ?.")
    rows: tuple[dict[str, str], ...] = Field(
        default=(), description="Rows that stand in no file (a root unit, say): each a table field = text."
    )
    header: int | None = Field(default=None, ge=1, le=1000, description="The line of the headings; unset: found.")
    encoding: str | None = Field(default=None, description="As above, for these files only.")
    separator: str | None = Field(default=None, min_length=1, max_length=1, description="As above.")
    datum: Datum | None = Field(default=None, description="As above.")
    epsg: int | None = Field(default=None, ge=1024, le=998999, description="As above.")
    where: tuple[Only, ...] = Field(default=(), description="Which rows are read; the others are counted and named.")
    duplicates: Literal["reject", "first", "last"] = Field(
        default="reject",
        description="Rows that say different things of one key: all faulty, or the first or last of them stands.",
    )
    nest_tolerance_m: float | None = Field(
        default=None,
        ge=0,
        allow_inf_nan=False,
        description="How far, in metres, a boundary may stand out of its parent's.",
    )
    geometry: GeometryMapping | None = Field(default=None, description="A column of shapes.")
    fields: dict[str, Annotated[FieldMapping, BeforeValidator(_recipe)]] = Field(
        default_factory=dict, description="Field → heading, or a table of the keys below."
    )


class FormatMapping(BaseModel):
    """All of a mapping file."""

    model_config = _FORM
    title: dict[Lang, str] = Field(description="What the format is called: zh = …, en = ….")
    note: dict[Lang, str] = Field(default_factory=dict, description="What a person should know: zh = …, en = ….")
    datum: Datum | None = Field(default=None, description="The datum of coordinates in degrees.")
    epsg: int | None = Field(
        default=None, ge=1024, le=998999, description="Instead of a datum: the EPSG code of the coordinates."
    )
    encoding: str | None = Field(
        default=None, description="Of text files: utf-8, gb18030, latin-1 …; unset: UTF-8 or GB18030, as it decodes."
    )
    separator: str | None = Field(
        default=None, min_length=1, max_length=1, description="Between the cells of text files; unset: found."
    )
    reject_share: float = Field(
        default=0, ge=0, lt=1, description="The share of faulty rows that is left out, listed; beyond it nothing loads."
    )
    table: tuple[TableMapping, ...] = Field(min_length=1, description="The tables, parents before children.")
    _path: Path = PrivateAttr(default=Path("mapping.toml"))

    @property
    def path(self) -> Path:
        """Where the mapping lies."""
        return self._path

    def hints_for(self, tables: list[TableMapping]) -> Hints:
        """What ``tables``, which read one file, say about reading it.

        Parameters
        ----------
        tables
            At least one; where they differ, the first one's encoding, separator and line of headings count.

        Returns
        -------
        hints
            With the headings all of them look for.
        """
        first = tables[0]
        headings = {heading for each in tables for said in each.fields.values() for heading in said.headings}
        return Hints(
            encoding=first.encoding or self.encoding,
            separator=first.separator or self.separator,
            header=first.header,
            headings=frozenset(headings),
        )


def shipped_mappings() -> dict[str, Path]:
    """The mappings that come with the program: name → file.

    Returns
    -------
    mappings
        Sorted by name.
    """
    return _in(SHIPPED)


def saved_in() -> Path:
    """The folder of the mappings saved in this installation.

    Returns
    -------
    folder
        ``<home>/mappings``; it may not be there yet.
    """
    return settings().home / "mappings"


def find_saved_mappings() -> dict[str, Path]:
    """The mappings saved in this installation: name → file; none takes the place of one that is shipped.

    Returns
    -------
    mappings
        Sorted by name.
    """
    return {name: file for name, file in _in(saved_in()).items() if name not in shipped_mappings()}


def known_mappings() -> dict[str, Path]:
    """Every mapping that can be asked for by its name.

    Returns
    -------
    mappings
        Name → file, the shipped ones first.
    """
    return shipped_mappings() | find_saved_mappings()


def _in(folder: Path) -> dict[str, Path]:
    return {each.stem: each for each in sorted(folder.glob(f"*{ENDING}"))}


@cache
def _read(file: Path, _changed_ns: int) -> FormatMapping:
    return parse_mapping(file, file.read_bytes())


def parse_mapping(file: Path, content: bytes) -> FormatMapping:
    """The mapping a file's content says.

    Parameters
    ----------
    file
        Where it lies or will lie; it is not read.
    content
        TOML in UTF-8, with or without a mark at the start.

    Returns
    -------
    mapping
        Only its form is checked; see ``check_mapping``.

    Raises
    ------
    UserError
        It is not of a mapping's form; the sentence says where in the file.
    """
    try:
        said = tomllib.loads(content.decode("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UserError("etl.mapping.not_toml", file=file.name, why=str(error)) from None
    try:
        found = FormatMapping.model_validate(said)
    except ValidationError as error:
        first, *more = [_sentence(each) for each in error.errors(include_url=False)]
        raise UserError("etl.mapping.form", file=file.name, first=first, more=len(more)) from None
    found._path = file
    return found


def _sentence(error: ErrorDetails) -> str:
    """Where in the file and what is wrong, in the language of the settings."""
    lang = settings().lang
    where = " → ".join(str(part + 1) if isinstance(part, int) else str(part) for part in error["loc"])
    key = f"etl.mapping.error.{error['type']}"
    what = (
        translate(key, lang)
        if key in read_catalogue(lang)
        else translate("etl.mapping.error.other", lang, why=error["msg"])
    )
    return translate("etl.mapping.at", lang, where=where, what=what)


def read_mapping(named: str | Path) -> FormatMapping:
    """The mapping of a name that is known, or of a TOML file.

    Parameters
    ----------
    named
        A name that is known goes before a file of that name.

    Returns
    -------
    mapping
        Kept until the file changes; only its form is checked, see ``check_mapping``.

    Raises
    ------
    UserError
        There is none, or it is not of a mapping's form; the sentence says where in the file.
    """
    file = known_mappings().get(str(named)) or Path(named)
    if not file.is_file():
        raise UserError("etl.mapping.unknown", name=named, names=" ".join(known_mappings()))
    return _read(file, file.stat().st_mtime_ns)
