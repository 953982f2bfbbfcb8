"""The mappings saved in this installation: what they may be called, keeping one, removing one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile
from unicodedata import category, normalize

from etl.mapping.mapping_file import ENDING, find_saved_mappings, saved_in, shipped_mappings
from geodata.errors import NotFound, UserError
from geodata.jobs.old_files import remove_older

LONGEST_NAME = 40
_DRAFT, _DRAFT_SECONDS = ".saving-", 3600
"""How a mapping is called while it is written, and after how long one that still is so was left by a killed program."""


def proper_name(said: str) -> str:
    """A mapping's name as it is kept: letters of any script, digits, dashes and underscores, beginning with a letter.

    Parameters
    ----------
    said
        As a person types it; full-width signs count as plain ones, blanks around it are ignored.

    Returns
    -------
    name
        At most 40 signs.

    Raises
    ------
    UserError
        It is none, or that of a mapping that comes with the program.
    """
    name = normalize("NFKC", said).strip()
    allowed = all(category(sign)[0] in "LM" or category(sign) == "Nd" or sign in "-_" for sign in name)
    if not allowed or not name[:1].isalpha() or len(name) > LONGEST_NAME:
        raise UserError("etl.mapping.bad_name", name=said[:LONGEST_NAME], most=LONGEST_NAME)
    if name.casefold() in {each.casefold() for each in shipped_mappings()}:
        raise UserError("etl.mapping.shipped_name", name=name)
    return name


def keep_mapping(said: str, write: Callable[[Path], str], *, replace: bool) -> str:
    """Keep a mapping under a name.

    Parameters
    ----------
    said
        The name, as a person types it.
    write
        Gives the text for the place the mapping will lie at; it may refuse with a UserError.
    replace
        Whether one of that name is replaced.

    Returns
    -------
    name
        The name it is kept under.

    Raises
    ------
    UserError
        The name is none, or taken and not to be replaced; the text is refused by ``write``; the folder cannot be
        written to.
    """
    name = proper_name(said)
    target = saved_in() / f"{name}{ENDING}"
    if target.exists() and not replace:
        raise UserError("etl.mapping.name_taken", name=name)
    text = write(target)
    try:
        _put(target, text, replace=replace)
    except FileExistsError:
        raise UserError("etl.mapping.name_taken", name=name) from None
    except OSError as error:
        raise UserError("etl.cannot_write", file=target, why=error.strerror) from error
    return name


def _put(target: Path, text: str, *, replace: bool) -> None:
    """Write whole or not at all; a file that has come there meanwhile stays unless it is to be replaced."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", encoding="utf-8", dir=target.parent, prefix=_DRAFT, delete=False) as stream:
        draft = Path(stream.name)
        try:
            stream.write(text)
            stream.flush()
            if replace:
                draft.replace(target)
            else:
                target.hardlink_to(draft)
        finally:
            draft.unlink(missing_ok=True)


def remove_left_drafts() -> int:
    """Throw away halves of mappings that a killed program has left.

    Returns
    -------
    count
        How many are gone.
    """
    return remove_older(saved_in().glob(f"{_DRAFT}*"), _DRAFT_SECONDS)


def forget_mapping(name: str) -> None:
    """Remove a saved mapping.

    Parameters
    ----------
    name
        Its name, as ``find_saved_mappings`` knows it.

    Raises
    ------
    NotFound
        None is called so.
    """
    found = find_saved_mappings().get(name)
    if found is None:
        raise NotFound("etl.mapping.not_saved", name=name)
    found.unlink(missing_ok=True)
