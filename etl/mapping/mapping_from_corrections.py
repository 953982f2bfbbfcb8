"""How a file was read, recognised and corrected by hand, as the text of a mapping that reads its like the same way."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from glob import escape
from pathlib import Path

from etl.mapping.mapped_sheets import file_plans, in_order
from etl.mapping.mapping_check import check_mapping
from etl.mapping.mapping_file import parse_mapping
from etl.mapping.toml_text import toml_list, toml_string
from etl.readers.sheet import unreadable_file
from etl.recognise.headings import Mapped
from etl.recognise.sheet_plan import Plan
from geodata.locale import Lang
from geodata.vocabulary import Datum

# what differs from one month's sheets to the next: numbers, with the words of a date and the signs around them
_NUMBERED = re.compile(r"[\s年月日季度期号第._()（）-]*\d[\s\d年月日季度期号第._()（）-]*")


def mapping_text(plans: Sequence[Plan], target: Path, note: Mapping[Lang, str], datum: Datum | None = None) -> str:
    """The text of a mapping, to lie at ``target``, that reads the file of ``plans`` as they do.

    It reads files of the same form under any name and ending. The one table of a file is found under any name; of
    several each by its sheet's name, numbers in it left open where that leaves no doubt. The line of the headings, the
    encoding and what separates cells are found anew in each file.

    Parameters
    ----------
    plans
        How the sheets of one file were read, at least one, in load order.
    target
        Where it will lie; its name without the ending becomes the title.
    note
        What a person should know, by language.
    datum
        The datum said of the load; None: none is declared in the mapping.

    Returns
    -------
    text
        TOML; read through it, the file gives the same sheets, kinds and columns.

    Raises
    ------
    UserError
        No mapping reads the file as it was read (two sheets of one name, say).
    """
    file = plans[0].sheet.file
    for spelt in (_open, escape):
        text = _head(target.stem, note, datum) + _tables(plans, spelt)
        mapping = parse_mapping(target, text.encode())
        check_mapping(mapping)
        again, _ = file_plans(mapping, file)
        if _forms(in_order(again)) == _forms(plans):
            return text
    raise unreadable_file("mapping_not_alike", file)


def _forms(plans: Iterable[Plan]) -> list[object]:
    """What makes two ways of reading a file the same."""
    return [(each.sheet.name, each.sheet.above, each.source.kind, each.titles) for each in plans]


def _open(name: str) -> str:
    return "*".join(escape(part) for part in _NUMBERED.split(name))


def without_numbers(name: str) -> str:
    """What stays of a name from one month's file to the next.

    Parameters
    ----------
    name
        Name of a file or sheet.

    Returns
    -------
    name
        Without numbers, the words of a date beside them, and the signs around them; maybe empty.
    """
    return "".join(_NUMBERED.split(name))


def _head(title: str, note: Mapping[Lang, str], datum: Datum | None) -> str:
    lines = [
        f"title = {{{', '.join(f'{lang} = {toml_string(title)}' for lang in Lang)}}}",
        f"note = {{{', '.join(f'{lang} = {toml_string(text)}' for lang, text in note.items())}}}",
        *([f"datum = {toml_string(datum)}"] if datum is not None else []),
    ]
    return "\n".join(lines) + "\n"


def _tables(plans: Sequence[Plan], spelt: Callable[[str], str]) -> str:
    """A table for the sheets in a row that hold one kind of fact in the same columns."""
    tables: list[tuple[str, str, list[str]]] = []
    for each in plans:
        fields = "".join(f"{column.field.name} = {_recipe(column)}\n" for column in each.columns)
        if not tables or tables[-1][:2] != (each.source.kind, fields):
            tables.append((each.source.kind, fields, []))
        tables[-1][2].append(spelt(each.sheet.name))
    return "".join(
        f"\n[[table]]\nkind = {toml_string(kind)}\n"
        + (f"sheets = {toml_list(dict.fromkeys(names))}\n" if len(tables) > 1 else "")
        + f"[table.fields]\n{fields}"
        for kind, fields, names in tables
    )


def _recipe(column: Mapped) -> str:
    if not column.respell:
        return toml_string(column.heading)
    pairs = ", ".join(toml_list(pair) for pair in column.respell)
    return f"{{column = {toml_string(column.heading)}, replace = [{pairs}]}}"
