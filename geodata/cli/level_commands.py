"""``python -m geodata levels``: the levels of the tree, told or set from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geodata.calendar import today
from geodata.database.engine import make_engine
from geodata.database.scope import read_transaction, write_transaction
from geodata.levels import use_levels
from geodata.locale import label_of, translate
from geodata.settings import settings
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import read_levels, tier_levels, write_levels

LANG = settings().lang


def levels_verb(
    file: Annotated[Path | None, typer.Argument(help=translate("levels.cli.file", LANG))] = None,
) -> None:
    """Set the levels as a file says them, then tell them: one line per level with its kinds and tiers of today.

    Parameters
    ----------
    file
        A TOML file (``geodata.territory.level_file``); None: nothing is set.

    Raises
    ------
    UserError
        The file says levels that cannot be, or units stand in the grid that need others. Nothing is changed then.
    """
    engine = make_engine()
    if file is not None:
        levels, bindings = read_level_file(file)
        with write_transaction(engine) as db:
            write_levels(db, levels, bindings)
    with read_transaction(engine) as db:
        found, tiers = read_levels(db), tier_levels(db, today())
    use_levels(found)
    for level in found.every:
        kinds = next((row.kinds for row in found.rows if row.level is level), ())
        standing = [tier for tier, stands in tiers.items() if stands is level]
        comma = translate("list.comma", LANG)
        said = [comma.join(label_of(word, LANG) for word in words) for words in (kinds, standing)]
        typer.echo("\t".join([level, label_of(level, LANG), *said]).rstrip())
