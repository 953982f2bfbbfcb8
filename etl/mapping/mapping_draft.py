"""A first mapping from a file's own headings and texts: what is certain stands there, what is not is marked TODO."""

from __future__ import annotations

import re
from collections import Counter
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from pathlib import Path

from etl.kinds.cell_text import clean_text
from etl.kinds.cell_types import CellFault
from etl.kinds.source import Field, Need, Shape, Source
from etl.kinds.vocabulary_cells import known_spellings
from etl.mapping.heading_words import said_in_headings, said_of_kind
from etl.mapping.toml_text import toml_list, toml_string
from etl.readers.sheet import Sheet
from etl.recognise.field_words import field_heading, words_of
from etl.recognise.headings import map_headings
from etl.recognise.open_sheets import open_sheets
from etl.recognise.recognise_kind import kind_by_headings, kind_by_name
from etl.sources import discover
from geodata.errors import UserError
from geodata.locale import Lang, translate
from geodata.settings import settings

_ROWS_LOOKED_AT = 2000
_MOST_WORDS = 40
# what a heading must be like before it is offered, of 1
_LIKE = 0.8
_SHORT = 3
_DATE_FORMS = ("%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y", "%d-%m-%Y", "%d %B %Y", "%d-%b-%Y", "%d %b %Y", "%m-%d-%Y")


@dataclass(frozen=True)
class _Seen:
    """A sheet, and how often which text stands under each of its headings."""

    sheet: Sheet
    texts: tuple[Counter[str], ...]


def _note(key: str, **values: object) -> str:
    """A remark for a comment, on one line: a heading may have several, or signs that TOML takes nowhere."""
    return re.sub(r"[\x00-\x20\x7f]+", " ", translate(f"etl.mapping.draft.{key}", settings().lang, **values))


def _looked_at(sheet: Sheet) -> _Seen:
    with closing(sheet.chunks()) as chunks:
        chunk = next(chunks, None)
    cells = None if chunk is None else chunk.cells.head(_ROWS_LOOKED_AT)
    texts = tuple(
        Counter(clean_text(text) for text in (cells[place] if cells is not None else ()) if isinstance(text, str))
        for place in range(len(sheet.headings))
    )
    return _Seen(sheet, texts)


def _spelt(source: Source, field: Field) -> list[str]:
    """What a field is called, as plain letters."""
    titles = [field.name, *(field_heading(source.kind, field.name, lang) for lang in Lang), *field.aliases]
    return [_letters(each) for each in titles]


def _letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text).casefold()


def _guess_kind(sheet: Sheet) -> str | None:
    """By name, by headings, else the kind with the most headings that are at least alike."""
    certain = kind_by_name(sheet.name, sheet.file.stem) or kind_by_headings(sheet.headings, cut=sheet.cut)
    if certain is not None:
        return certain
    named = [
        kind for kind, words in said_of_kind().items() if any(word in sheet.file.stem.casefold() for word in words)
    ]
    hits = {kind: len(_columns(source, sheet)) for kind, source in discover().items()}
    best = max(hits, key=lambda kind: (kind in named, hits[kind]))
    return best if hits[best] >= 2 or best in named else None


def _columns(source: Source, sheet: Sheet) -> dict[str, tuple[int, bool]]:
    """Field → the column that is probably it, and whether that is certain; no column is offered twice."""
    try:
        certain = map_headings(source, sheet.headings, cut=sheet.cut)
    except UserError:
        certain = ()
    found = {each.field.name: (each.place, True) for each in certain}
    taken = {place for place, _ in found.values()}
    plain = {at: _letters(title) for at, title in enumerate(sheet.headings) if at not in taken and title.strip()}
    for field in source.fields:
        if field.name in found or not plain:
            continue
        for spelt in _spelt(source, field):
            hit = _alike(spelt, plain)
            if hit is not None:
                found[field.name] = (hit, False)
                del plain[hit]
                break
    _by_words(source, sheet, plain, found)
    return found


def _alike(spelt: str, plain: dict[int, str]) -> int | None:
    """The column whose heading holds ``spelt``, is held by it, or is nearly it."""
    near = get_close_matches(spelt, plain.values(), n=1, cutoff=_LIKE)
    for at, title in plain.items():
        holds = min(len(spelt), len(title)) > _SHORT and (spelt in title or title in spelt)
        if holds or title in near:
            return at
    return None


def _by_words(source: Source, sheet: Sheet, plain: dict[int, str], found: dict[str, tuple[int, bool]]) -> None:
    """Fields not found yet, by the words other systems use for them."""
    words = said_in_headings()
    parts = {at: set(re.split(r"[\W_]+", sheet.headings[at].casefold())) | {title} for at, title in plain.items()}
    for field in source.fields:
        for word in words.get(field.name, ()) if field.name not in found else ():
            hit = next((at for at in plain if word in parts[at]), None)
            if hit is not None:
                found[field.name] = (hit, False)
                del plain[hit]
                break


def _date_forms(texts: Counter[str]) -> list[str]:
    """The forms all texts are in, where the usual ones do not read them."""

    def reads(form: str) -> bool:
        try:
            return all(datetime.strptime(text, form) for text in texts)  # noqa: DTZ007 - only tried
        except ValueError:
            return False

    return [form for form in _DATE_FORMS if reads(form)]


def _unread(field: Field, texts: Counter[str]) -> list[str]:
    found = []
    for text in texts:
        try:
            field.cell.parse(text)
        except CellFault:
            found.append(text)
    return found


def _unread_as_code(seen: _Seen, place: int) -> bool:
    """Whether the texts of a column look like names: no code has letters alone."""
    return any(not any(sign.isdigit() for sign in text) or " " in text for text in seen.texts[place] if text)


def _recipe(seen: _Seen, field: Field, place: int) -> tuple[str, str]:
    """The right side of a field's line, and what is to be said of it."""
    column = toml_string(seen.sheet.headings[place])
    if field.name == "village_code" and _unread_as_code(seen, place):
        return f"{{column = {column}, unit_name = true, within = true}}", ""
    texts = Counter({text: count for text, count in seen.texts[place].items() if text})
    unread = [] if field.secret else _unread(field, texts)
    if field.cell.name == "date" and unread:
        forms = _date_forms(texts)
        if forms:
            return f"{{column = {column}, dates = {toml_list(forms)}}}", ""
    if field.cell.choices is not None and unread and len(texts) <= _MOST_WORDS:
        known = known_spellings(field.cell.choices)
        pairs = []
        for text, _ in texts.most_common():
            near = get_close_matches(text.casefold(), known, n=1, cutoff=0.6)
            pairs.append(f"{toml_string(text)} = {toml_string(known[near[0]] if near else '')}")
        words = " ".join(word.value for word in field.cell.choices)
        return f"{{column = {column}, dictionary = {{{', '.join(pairs)}}}}}", _note("dictionary", words=words)
    return column, ""


def _field_lines(seen: _Seen, source: Source) -> list[str]:
    columns = _columns(source, seen.sheet)
    lines = []
    for field in source.fields:
        if field.name in columns:
            place, certain = columns[field.name]
            right, note = _recipe(seen, field, place)
            notes = [note] if note else []
            if not certain:
                notes.insert(0, _note("guessed"))
            lines.append(f"{field.name} = {right}" + (f"  # {'; '.join(notes)}" if notes else ""))
        elif field.need is not Need.MAY and not (seen.sheet.spatial and field.name in {"lon", "lat"}):
            meaning = words_of("note", source.kind, field.name, settings().lang) or field_heading(
                source.kind, field.name
            )
            lines.append(f"# {field.name} = …  # {_note('needed')}: {meaning}")
    return lines


def _table(sheet: Sheet) -> list[str]:
    kind = _guess_kind(sheet)
    if kind is None:
        headings = translate("list.comma", settings().lang).join(sheet.headings)
        return ["", f"# {_note('no_kind', sheet=sheet.name or sheet.file.stem, headings=headings)}"]
    source = discover()[kind]
    seen = _looked_at(sheet)
    used = {place for place, _ in _columns(source, sheet).values()}
    lines = ["", "[[table]]", f"kind = {toml_string(kind)}", f"files = {toml_string(sheet.file.name)}"]
    if sheet.name:
        lines.append(f"sheets = {toml_string(sheet.name)}")
    shapes = _shape_columns(seen) if source.shape else []
    if shapes:
        lines.append(f'geometry = {{column = {toml_string(sheet.headings[shapes[0]])}, form = "wkt"}}')
    lines += ["[table.fields]", *_field_lines(seen, source)]
    if source.shape is Shape.POLYGON and (sheet.spatial or shapes) and "parent_code" not in _columns(source, sheet):
        lines.append(f"# parent_code = {{overlap = true}}  # {_note('overlap')}")
    unsaid = next((at for at, line in enumerate(lines) if line.startswith("# village_code")), None)
    if source.shape is Shape.POINT and unsaid is not None:
        lines[unsaid] = "village_code = {within = true}"
    rest = [title for at, title in enumerate(sheet.headings) if at not in used | set(shapes) and title.strip()]
    if rest:
        lines.append(f"# {_note('unused', headings=translate('list.comma', settings().lang).join(rest))}")
    return lines


def _shape_columns(seen: _Seen) -> list[int]:
    return [at for at, texts in enumerate(seen.texts) if any(texts) and all(_is_shape(text) for text in texts if text)]


def _is_shape(text: str) -> bool:
    return re.match(r"(?:SRID=\d+;)?\s*(?:MULTI)?(?:POINT|POLYGON|LINESTRING)\b", text, re.IGNORECASE) is not None


def draft_mapping(file: Path) -> str:
    """The text of a mapping for ``file``; valid TOML, but for what is marked TODO.

    Parameters
    ----------
    file
        A file of any accepted format; of each sheet the first 2000 rows are looked at.

    Returns
    -------
    text
        A table per sheet, in the file's order.

    Raises
    ------
    UserError
        The file cannot be read.
    """
    found = open_sheets(file)
    title = toml_string(file.stem)
    head = [f"# {line}" for line in [_note("head", file=file.name)]]
    head.append(f"title = {{zh = {title}, en = {title}}}")
    coordinates = any(each.spatial for each in found) or any(
        kind is not None and discover()[kind].shape is not None for kind in map(_guess_kind, found)
    )
    if coordinates:
        head.append(f'# datum = "…"  # {_note("datum")}')
    return "\n".join([*head, *(line for each in found for line in _table(each))]) + "\n"
