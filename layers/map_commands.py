"""The verbs of ``python -m layers``; each asks, draws and writes one file."""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import track

from geodata.cli.arguments import parse_day, parse_level
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.database.scope import read_transaction
from geodata.errors import UserError
from geodata.levels import Level, current_levels
from geodata.locale import Lang, translate
from geodata.settings import settings
from geodata.tables.spreadsheet_cell import is_unseen
from layers.catalog import discover
from layers.map_facts import Db, MapFacts, collect_map_facts, subject_chain, unit_chain
from layers.offline_map import Page, Step, offline_map
from layers.palette import ThemeKey
from layers.stamps import freshness_stamps
from layers.static_map import FORMATS, draw_sheet, save_map, sheet_of

LANG = settings().lang
app = typer.Typer(help=translate("layers.cli.about", LANG), no_args_is_help=True, add_completion=False)


Unit = Annotated[str | None, typer.Option("--unit", help=translate("layers.cli.unit", LANG))]
AsOf = Annotated[str | None, typer.Option("--as-of", help=translate("layers.cli.as_of", LANG))]
Out = Annotated[Path, typer.Option("--out", help=translate("layers.cli.out", LANG))]
Words = Annotated[Lang, typer.Option("--lang", help=translate("layers.cli.lang", LANG))]
Colours = Annotated[ThemeKey, typer.Option("--theme", help=translate("layers.cli.theme", LANG))]


@app.command("map", help=translate("layers.cli.map_about", LANG))
def offline(
    out: Out, unit: Unit = None, as_of: AsOf = None, lang: Words = LANG, theme: Colours = ThemeKey.LIGHT
) -> None:
    """All layers of a unit in one page that needs no network."""
    on, target = parse_day(as_of), check_writable(out, (".html", ".htm"))
    with read_transaction(open_database()) as db:
        found = collect_map_facts(db, unit, on, Level.VILLAGE, discover().values(), lang)
        chains = _each(found.drawn[0].frame.index, unit_chain, db, found, lang)
        subject_chains = _each(found.points.index, subject_chain, db, found, lang)
    sheet = Page(
        translate("layers.offline.title", lang, unit=found.unit.name),
        on,
        theme=theme,
        lang=lang,
        schematic=found.schematic,
        synthetic=found.stamp.synthetic,
        level=found.level,
        stamps=freshness_stamps(found.stamp, lang),
    )
    page = offline_map(
        found.drawn,
        found.shapes,
        found.points,
        sheet,
        chains=chains,
        subject_chains=subject_chains,
        towns=found.towns,
    )
    target.write_text(page, encoding="utf-8")
    _tell(target)


def parse_drawn(text: str) -> Level:
    """The level a drawing was asked at.

    Parameters
    ----------
    text
        The word of a level below the root.

    Returns
    -------
    level
        A level of units.

    Raises
    ------
    UserError
        Maps are not drawn at such a level.
    """
    levels = current_levels()
    found = parse_level(levels, text)
    if found not in levels.units[1:]:
        raise UserError("cli.bad_level", level=text, known=" ".join(levels.units[1:]))
    return found


@app.command("static", help=translate("layers.cli.static_about", LANG))
def static(
    out: Out,
    layer: Annotated[str, typer.Option("--layer", help=translate("layers.cli.layer", LANG))],
    unit: Unit = None,
    as_of: AsOf = None,
    level: Annotated[str, typer.Option("--level", help=translate("layers.cli.level", LANG))] = Level.VILLAGE.value,
    lang: Words = LANG,
    theme: Colours = ThemeKey.LIGHT,
) -> None:
    """One layer of a unit as a vector drawing or a picture."""
    on, target = parse_day(as_of), check_writable(out, tuple(f".{form}" for form in FORMATS))
    if layer not in discover():
        raise UserError("layers.cli.bad_layer", layer=layer, known=" ".join(discover()))
    with read_transaction(open_database()) as db:
        drawn = parse_drawn(level)
        found = collect_map_facts(db, unit, on, drawn, [discover()[layer]], lang)
    with _telling_boxes():
        drawing = draw_sheet(found, sheet_of(found, settings(), theme, lang))
        save_map(drawing, target, target.suffix.lower().lstrip("."))
    _tell(target)


_LACKING = re.compile(r"Glyph (\d+) .*missing from font")


@contextmanager
def _telling_boxes() -> Iterator[None]:
    """Say once which signs no font of this machine has, and the sheet so shows as boxes; other warnings stay."""
    with warnings.catch_warnings(record=True, action="always") as told:
        yield
    found = [(each, _LACKING.match(str(each.message))) for each in told]
    for each, lacking in found:
        if lacking is None:
            warnings.warn_explicit(each.message, each.category, each.filename, each.lineno)
    signs = sorted({int(lacking[1]) for _, lacking in found if lacking and not is_unseen(chr(int(lacking[1])))})
    if signs:
        said = translate("list.comma", LANG).join(f"{chr(sign)} (U+{sign:04X})" for sign in signs)
        make_terminal(errors=True).print(translate("layers.cli.boxes", LANG, signs=said))


def check_writable(out: Path, endings: Sequence[str]) -> Path:
    """The path a map is to be written to, once its folder and ending are known to be right.

    Parameters
    ----------
    out
        The path the person named; a file that stands there is written over.
    endings
        Endings allowed, with the dot, in small letters.

    Returns
    -------
    path
        ``out`` as it was given.

    Raises
    ------
    UserError
        The ending is none of ``endings``, or the folder is not there.
    """
    if out.suffix.lower() not in endings:
        raise UserError("layers.cli.bad_format", suffix=out.suffix or out.name, known=" ".join(endings))
    if not out.parent.is_dir():
        raise UserError("layers.cli.bad_folder", folder=str(out.parent))
    return out


def _each(
    keys: Iterable[str], ask: Callable[[Db, str, date, Lang], list[Step]], db: Db, found: MapFacts, lang: Lang
) -> dict[str, list[Step]]:
    """The chain of every key, under a bar that goes when it is done."""
    words = translate("layers.cli.drawing", lang, what=translate("layers.offline.chain", lang))
    bar = track(list(keys), description=words, console=make_terminal(errors=True, soft_wrap=False), transient=True)
    return {str(key): ask(db, str(key), found.as_of, lang) for key in bar}


def _tell(path: Path) -> None:
    typer.echo(translate("layers.cli.written", LANG, path=path, size=max(1, path.stat().st_size // 1000)))
