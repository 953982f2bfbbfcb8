"""``python -m etl demo``: write the demonstration district's files, and load them like any office's."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from etl.cli.progress_bars import Bars
from etl.demo import SEED, Shape, load_demo, write_files
from geodata.calendar import day_of
from geodata.cli.exit_codes import make_terminal
from geodata.cli.opened_database import open_database
from geodata.errors import Rejected
from geodata.locale import translate
from geodata.settings import settings

LANG = settings().lang


def demo_verb(
    until: Annotated[str | None, typer.Option(help=translate("etl.demo.until", LANG))] = None,
    seed: Annotated[int, typer.Option(min=0, help=translate("etl.demo.seed", LANG))] = SEED,
    shape: Annotated[Shape | None, typer.Option(help=translate("etl.demo.shape", LANG))] = None,
    files_only: Annotated[Path | None, typer.Option(help=translate("etl.demo.files_only", LANG))] = None,
) -> None:
    """Make the district until a day (inclusive; default yesterday) and load it, or only write it into a folder.

    Parameters
    ----------
    until
        The last day told, YYYY-MM-DD, inclusive; None: yesterday.
    seed
        Of all random streams; 0 or more.
    shape
        A small demonstration of another tree; None: the district.
    files_only
        The folder the files are written into instead of being loaded.

    Raises
    ------
    UserError
        ``until`` is no day or has not come yet, or the database holds facts that are not synthetic.
    Rejected
        A file was refused; the sentence says why.
    """
    screen, last = make_terminal(), day_of(until) if until else None
    if files_only is not None:
        paths = write_files(files_only, last, seed, shape)
        screen.print(translate("etl.demo.written", LANG, count=len(paths), folder=files_only))
        return
    engine = open_database(upgrade=True)
    with Bars(screen) as bars:
        reports = load_demo(engine, last, seed, bars.show_progress, shape)
    refused = next((each for each in reports if not each.loaded), None)
    if refused is not None:
        raise Rejected(refused.note or refused.rejects[0].to_sentence(LANG))
    counts = {"new": sum(each.new for each in reports), "changed": sum(each.changed for each in reports)}
    done = translate(
        "etl.demo.loaded",
        LANG,
        tables=len(reports),
        folder=settings().home / (f"demo-{shape}" if shape else "demo"),
        **counts,
    )
    screen.print(done)
