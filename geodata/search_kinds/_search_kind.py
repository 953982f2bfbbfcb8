"""What a kind of thing that is found says of itself: what it is found by, what changes that, and how it is shown."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Opens(StrEnum):
    """Where Enter goes; the other way stands beside it."""

    MAP = "map"
    """To the map with the thing picked out, where it has a shape or a point; to its page where not."""
    PAGE = "page"
    """To the page of its place, which tells of it."""


@dataclass(frozen=True)
class Feed:
    """A table whose changes change what a kind is found by.

    Attributes
    ----------
    table : name in schema ``grid``.
    keys : SELECT of the keys to be made anew over ``changed``, the rows of one statement as they were and as they are.
    after : the statements it is asked after.
    """

    table: str
    keys: str
    after: tuple[str, ...] = ("insert", "update", "delete")


@dataclass(frozen=True)
class SearchKind:
    """One kind of thing that is found.

    Attributes
    ----------
    key : the file's name; its word is ``search.kind.<key>`` of the catalogue.
    order : its place among hits that are equally good.
    entries : SELECT of ``key, label, names, also, codes, units``: what it is called, under which names, by what else
        it is found (products), its numbers, and the units from which it is seen (arrays of text, NULLs are passed
        over). ``$1`` is an array of the keys wanted. Run by the schema's owner.
    feeds : the tables it is made of, the one that has its keys first.
    shown : SELECT of what is told of the keys ``:keys`` on the day ``:as_of``, run as whoever asks: ``key, label``;
        ``note`` text or NULL; ``told`` text[], what it is found by beside the label; ``unit_code`` and ``subject_id``,
        the place it opens; ``day``, the last day up to ``:as_of`` on which the place stood; ``begins_on`` and
        ``ended_on``, where it is not there on ``:as_of``; ``on_map``, whether the place has a shape or a point.
    opens : where Enter goes.
    note_words : the vocabulary whose words ``note`` holds, to be shown by their labels; None: as it is.
    """

    key: str
    order: int
    entries: str
    feeds: tuple[Feed, ...]
    shown: str
    opens: Opens = Opens.PAGE
    note_words: type[StrEnum] | None = None
