"""``python -m geodata levels``: the levels of the tree, told or set from a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from geodata.cli.opened_database import open_database
from geodata.database.scope import write_transaction
from geodata.levels import current_levels
from geodata.locale import label_of, translate
from geodata.settings import settings
from geodata.territory.level_file import read_level_file
from geodata.territory.level_table import read_levels, use_levels_of, write_levels
from geodata.territory.root_above import put_root_above, read_new_root
from geodata.vocabulary import Role

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
    engine = open_database()
    if file is not None:
        levels, bindings = read_level_file(file)
        root, narrowed = read_new_root(file), []
        with write_transaction(engine) as db:
            if root is None or levels.units == read_levels(db).units:
                write_levels(db, levels, bindings)
            else:
                narrowed = put_root_above(db, levels, bindings, root)
    use_levels_of(engine)
    found = current_levels()
    for level in found.every:
        kinds = next((row.kinds for row in found.rows if row.level is level), ())
        standing = [tier for tier, stands in found.tiers if stands is level]
        comma = translate("list.comma", LANG)
        said = [comma.join(label_of(word, LANG) for word in words) for words in (kinds, standing)]
        typer.echo("\t".join([level, label_of(level, LANG), *said]).rstrip())
    if file is not None and narrowed:
        comma = translate("list.comma", LANG)
        posts = comma.join(f"{label_of(Role(role), LANG)} {code}" for role, code in narrowed)
        typer.echo(translate("levels.cli.narrowed", LANG, posts=posts, root=root.name if root else ""))
