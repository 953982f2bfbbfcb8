"""What was corrected by hand kept as a mapping for the next file of its form; each saving and removing is audited."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from dashboard.request.context import AppContext
from dashboard.screens.data.upload_loader import load_options
from dashboard.screens.data.uploads import Waiting
from etl.load.plan_files import plan_sheets
from etl.mapping.mapping_file import find_saved_mappings, read_mapping
from etl.mapping.mapping_from_corrections import mapping_text, without_numbers
from etl.mapping.saved_mappings import forget_mapping, keep_mapping, proper_name
from geodata import calendar
from geodata.accounts import audit_trail
from geodata.errors import UserError
from geodata.locale import Lang, translate
from geodata.vocabulary import Datum


@dataclass(frozen=True)
class Kept:
    """A saved mapping: its name, the kinds of fact it reads, and where it is from, or why it cannot be used."""

    name: str
    kinds: tuple[str, ...]
    told: str


def kept_mappings(lang: Lang) -> Iterator[Kept]:
    """The mappings saved in this installation.

    Parameters
    ----------
    lang
        Language of the notes.

    Yields
    ------
    mapping
        By name; one that cannot be read has no kinds, and tells why.
    """
    for name, file in find_saved_mappings().items():
        try:
            mapping = read_mapping(file)
            kinds = tuple(dict.fromkeys(table.kind for table in mapping.table))
            yield Kept(name, kinds, mapping.note.get(lang, ""))
        except UserError as fault:
            yield Kept(name, (), fault.to_sentence(lang))


def save_mapping(ctx: AppContext, waiting: Waiting, path: Path, name: str, *, replace: bool) -> str:
    """Keep how a waiting file is read as a mapping; noted in the audit trail.

    Parameters
    ----------
    ctx
        The act is noted on behalf of the visitor.
    waiting
        The file, and what is said of it.
    path
        Where it lies.
    name
        What the mapping is to be called.
    replace
        Whether it may take the place of one saved under that name.

    Returns
    -------
    name
        The one it is kept under.

    Raises
    ------
    UserError
        The file is read with a mapping already or cannot be read, no mapping would read it the same way, or the name is
        none or taken.
    """
    if waiting.mapping:
        raise UserError("data.error.mapped_already")
    plans = plan_sheets(path, **load_options(waiting))
    datum = Datum(waiting.datum) if waiting.datum else None
    done = keep_mapping(name, lambda target: mapping_text(plans, target, _note(waiting), datum), replace=replace)
    ctx.execute(audit_trail.note_mapping, done, removed=False, replaced=replace)
    return done


def remove_mapping(ctx: AppContext, name: str) -> None:
    """Remove a saved mapping; noted in the audit trail.

    Parameters
    ----------
    ctx
        The act is noted on behalf of the visitor.
    name
        The mapping's name.

    Raises
    ------
    NotFound
        None saved here is called so.
    """
    forget_mapping(name)
    ctx.execute(audit_trail.note_mapping, name, removed=True)


def likely_name(waiting: Waiting) -> str:
    """A name for a mapping made of the file's, without what changes from month to month.

    Parameters
    ----------
    waiting
        The file.

    Returns
    -------
    name
        One that may be given; "" when none comes of it.
    """
    try:
        return proper_name(without_numbers(Path(waiting.file).stem))
    except UserError:
        return ""


def _note(waiting: Waiting) -> dict[Lang, str]:
    told = {"file": waiting.file, "login": waiting.login, "day": calendar.today()}
    return {lang: translate("data.keep.note", lang, **told) for lang in Lang}
