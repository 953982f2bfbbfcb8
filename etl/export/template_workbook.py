"""The empty workbook an office fills in: headings, remarks, drop-downs, code columns as text, one example row."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from sqlalchemy import Connection

from etl.kinds.source import Field, Need
from etl.recognise.field_words import field_heading, kind_name, words_of
from etl.sources import discover
from geodata.errors import UserError
from geodata.locale import Lang, label_of, translate
from geodata.settings import settings
from geodata.tables.workbook import put_heading, put_remark, put_text, save_workbook

_ROWS_READY = 5000
_LONGEST_INLINE_LIST = 255


def _choices(field: Field, lang: Lang) -> list[str]:
    if field.cell.choices is not None:
        return [label_of(word, lang) for word in field.cell.choices]
    return [translate("Answer.yes", lang), translate("Answer.no", lang)] if field.cell.name == "yes_no" else []


def column_remark(kind: str, field: Field, lang: Lang) -> str:
    """What a person is told about a column: needed or not, its form, its meaning.

    Parameters
    ----------
    kind
        A kind of fact.
    field
        One of its fields.
    lang
        The language of the remark.

    Returns
    -------
    remark
        Sentences one after the other.
    """
    choices = translate("list.comma", lang).join(_choices(field, lang))
    parts = [
        translate(f"etl.cell.{field.need.value}", lang),
        words_of("note", kind, field.name, lang) or "",
        translate(f"etl.cell.{field.cell.name}", lang, choices=choices),
    ]
    return " ".join(part for part in parts if part)


def example_row(kind: str, field: Field, lang: Lang) -> str:
    """A cell of the example row; blank where an example would only puzzle.

    Parameters
    ----------
    kind
        A kind of fact.
    field
        One of its fields.
    lang
        The language of words.

    Returns
    -------
    text
        The catalogue's example; else, of a needed column or one of a single word (and not ``seldom``), the first
        word it may hold; else blank.
    """
    said = words_of("example", kind, field.name, lang)
    if said is not None:
        return said
    choices = _choices(field, lang)
    if field.seldom or (field.need is Need.MAY and field.cell.name != "word"):
        return ""
    return choices[0] if choices else ""


def _columns(kind: str, lang: Lang, db: Connection | None) -> list[tuple[Field, str]]:
    """The fields of a template with their headings; what the database asks for decides about those it names."""
    source = discover()[kind]
    beside, asked = source.open, None
    known: dict[str, tuple[Field, str]] = {}
    if beside is not None and db is not None:
        known = {field.name: (field, heading) for field, heading in beside.known(db, lang)}
        asked = beside.asked(db)
    fields = source.with_fields(field for field, _ in known.values()).fields
    return [
        (each, known[each.name][1] if each.name in known else field_heading(kind, each.name, lang))
        for each in fields
        if beside is None or asked is None or each.cell is not beside.answers or each.name in asked
    ]


def write_template(kind: str, out: Path, lang: Lang | None = None, db: Connection | None = None) -> None:
    """Write the template of ``kind`` to ``out``.

    Parameters
    ----------
    kind
        A kind of fact.
    out
        The file (XLSX); its folder is made, one that is there is replaced.
    lang
        The language of headings, remarks and words; None: that of the settings.
    db
        Connection to what names columns of its own (the items of checklists in force); None: those the code names.

    Raises
    ------
    UserError
        There is no such kind of fact, or ``out`` cannot be written.
    """
    said = lang or settings().lang
    if kind not in discover():
        raise UserError("etl.no_such_kind", kind=kind, kinds=" ".join(discover()))
    book = Workbook()
    page = book.worksheets[0]
    page.title = kind_name(kind, said)
    for place, (field, heading) in enumerate(_columns(kind, said, db), start=1):
        needed = field.need is not Need.MAY
        put_heading(page, place, heading, needed=needed, note=column_remark(kind, field, said))
        letter = get_column_letter(place)
        choices = _choices(field, said)
        inline = '"' + ",".join(choices) + '"'
        if choices and field.cell.name != "words" and len(inline) <= _LONGEST_INLINE_LIST:
            # behind an answer a note may stand
            strict = field.cell.name != "answer"
            listed = DataValidation(type="list", formula1=inline, allow_blank=True, showErrorMessage=strict)
            listed.add(f"{letter}2:{letter}{_ROWS_READY}")
            page.add_data_validation(listed)
        if field.cell.as_text:
            # a format of the whole column: a code typed later stays text too
            page.column_dimensions[letter].number_format = "@"
            for row in range(3, 203):
                page.cell(row=row, column=place).number_format = "@"
        mark = f"{translate('etl.example_mark', said)} " if place == 1 else ""
        cell = put_text(page, 2, place, mark + example_row(kind, field, said))
        cell.font = Font(italic=True, color="808080")
        if place == 1:
            put_remark(cell, translate("etl.cell.example_row", said))
    page.freeze_panes = "A2"
    page.row_dimensions[1].height = 30
    save_workbook(book, out)
